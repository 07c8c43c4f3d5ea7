/** The root key signs a composed request only if it parses back to the same fields. */
import { Wallet } from 'ethers';
import { test } from '../test.js';
import {
  type DelegationRequest,
  hostRequest,
  sessionRequest,
  signDelegation,
  textOf,
  verifyComposed,
} from '../../src/bootstrap/delegations.js';
import { createRun, type BootstrapRun } from '../../src/bootstrap/run.js';
import { hostRecap } from '../../src/bootstrap/session-grants.js';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { parseAddress } from '../../src/protocol/address.js';
import { parseHex } from '../../src/protocol/bytes.js';

const AT_MS = Date.parse('2026-03-01T12:00:00.000Z');
const PEERS = {
  default: 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4',
  applications: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH',
  account: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
  secrets: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
  public: 'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG',
};
const wallet = new Wallet(`0x${'07'.repeat(32)}`);
const owner = { chainId: 1, address: parseAddress(wallet.address) };
const other = parseAddress(new Wallet(`0x${'08'.repeat(32)}`).address);
const state = { issuedAtMs: AT_MS, round: 0 };
const run: BootstrapRun = {
  ...createRun(new Uint8Array(32).fill(3), AT_MS),
  peers: PEERS,
  hosts: { default: state, applications: state, account: state, secrets: state, public: state },
};
const domain = 'keys.example:3001';
const request = sessionRequest(run, owner, domain, 'default');

const CHANGES: readonly (readonly [string, Partial<DelegationRequest>])[] = [
  ['address', { owner: { ...owner, address: other } }],
  ['chain', { owner: { ...owner, chainId: 10 } }],
  ['domain', { domain: 'evil.example' }],
  ['port of the domain', { domain: 'keys.example:3002' }],
  ['URI', { uri: PEERS.default }],
  ['nonce', { nonce: 'abcdefgh12345678z' }],
  ['time of issue', { issuedAtMs: AT_MS + 1, lifetimeMs: request.lifetimeMs - 1 }],
  ['expiry', { lifetimeMs: request.lifetimeMs + 1 }],
  ['capabilities', { recap: hostRecap(owner, 'default') }],
];

for (const [what, change] of CHANGES) {
  test(`a text whose ${what} differs from the request is rejected`, (t) => {
    t.throws(() => verifyComposed(textOf(request), { ...request, ...change }), {
      code: 'ERR_BOOTSTRAP_SIWE_MISMATCH',
    });
    t.throws(() => verifyComposed(textOf({ ...request, ...change }), request), {
      code: 'ERR_BOOTSTRAP_SIWE_MISMATCH',
    });
  });
}

const ADDITIONS: readonly (readonly [string, (text: string) => string])[] = [
  ['a scheme', (text) => `https://${text}`],
  ['a start', (text) => text.replace(/\nResources:/, '\nNot Before: 2026-03-01T12:00:00.000Z$&')],
  ['a request id', (text) => text.replace(/\nResources:/, '\nRequest ID: 7$&')],
  ['another resource', (text) => text.replace('\nResources:', '$&\n- https://evil.example/deed')],
];

for (const [what, change] of ADDITIONS) {
  test(`a text with ${what} that the request does not contain is rejected`, (t) => {
    const text = change(textOf(request));
    t.not(text, textOf(request));
    t.throws(() => verifyComposed(text, request), { code: 'ERR_BOOTSTRAP_SIWE_MISMATCH' });
  });
}

test('every request of the plan parses back to itself', (t) => {
  for (const name of SPACE_NAMES) {
    for (const make of [sessionRequest, hostRequest]) {
      const each = make(run, owner, domain, name);
      t.notThrows(() => verifyComposed(textOf(each), each), name);
    }
  }
});

test('a text that does not match the request is never signed', async (t) => {
  let asked = 0;
  const signer = {
    owner,
    sign: async (text: string) => {
      asked += 1;
      return parseHex((await wallet.signMessage(text)).slice(2));
    },
  };
  const nonces = ['abcdefgh12345678', 'zyxwvuts12345678'];
  // If the request changes between its two readings, it is not signed.
  const unsteady = {
    ...request,
    get nonce() {
      return nonces.shift() ?? 'abcdefgh12345678';
    },
  };
  await t.throwsAsync(async () => signDelegation(signer, unsteady), {
    code: 'ERR_BOOTSTRAP_SIWE_MISMATCH',
  });
  t.is(asked, 0);
  await signDelegation(signer, request);
  t.is(asked, 1);
});
