/**
 * Tests that each rule of the plan rejects a receipt that breaks it, because a dishonest boot can
 * sign any receipt.
 */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Wallet } from 'ethers';
import { test } from '../test.js';
import { Findings } from '../../attestation/report.js';
import { judgeReceipt } from '../../attestation/receipt/receipt-checks.js';
import type { Receipt } from '../../attestation/schema/receipt.js';
import type { Statement } from '../../attestation/schema/statement.js';
import { networkIdOf, SPACE_NAMES, type SpaceName } from '../../src/bootstrap/account.js';
import {
  type DelegationRequest,
  hostRequest,
  sessionRequest,
  signDelegation,
  textOf,
} from '../../src/bootstrap/delegations.js';
import { createRun, type BootstrapRun } from '../../src/bootstrap/run.js';
import { parseAddress } from '../../src/protocol/address.js';
import { hex, parseHex } from '../../src/protocol/bytes.js';
import { encodeKeyDid } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';

const AT_MS = Date.parse('2026-03-01T12:00:00.000Z');
const DOMAIN = 'keys.example';
const wallet = new Wallet(`0x${'07'.repeat(32)}`);
const owner = { chainId: 1, address: parseAddress(wallet.address) };
const signer = {
  owner,
  sign: async (text: string) => parseHex((await wallet.signMessage(text)).slice(2)),
};
const didOf = (seed: number): string =>
  encodeKeyDid(ed25519KeyOf(new Uint8Array(32).fill(seed)).publicKey);
const state = { issuedAtMs: AT_MS, round: 0 };
const run: BootstrapRun = {
  ...createRun(new Uint8Array(32).fill(3), AT_MS),
  peers: {
    default: didOf(11),
    applications: didOf(12),
    account: didOf(13),
    secrets: didOf(14),
    public: didOf(15),
  },
  hosts: { default: state, applications: state, account: state, secrets: state, public: state },
};

type Signed = Receipt['signed'][number];
type Change = (
  request: DelegationRequest,
  kind: 'session' | 'host',
  space: SpaceName,
) => Partial<DelegationRequest>;

async function claim(
  kind: 'session' | 'host',
  space: SpaceName,
  request: DelegationRequest,
): Promise<Signed> {
  const { cid, signature } = await signDelegation(signer, request);
  return { kind, space, siwe: textOf(request), signature: hex(signature), cid, round: 0 };
}

/**
 * Returns ten correctly signed delegations, some members of which are changed before they are
 * signed.
 */
async function signedWith(change: Change = () => ({})): Promise<Signed[]> {
  const made = SPACE_NAMES.flatMap((space) =>
    (['session', 'host'] as const).map((kind) => {
      const make = kind === 'session' ? sessionRequest : hostRequest;
      const request = make(run, owner, DOMAIN, space);
      return claim(kind, space, { ...request, ...change(request, kind, space) });
    }),
  );
  return Promise.all(made);
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const kid = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
const NODE = { origin: 'https://node.example', did: didOf(9) };
const COMPLETED_AT = new Date(AT_MS + 60_000).toISOString();
const STATEMENT = {
  app_id: '11'.repeat(20),
  nonce: '22'.repeat(32),
  plan_version: 'tinycloud-account/1',
  keys: [
    {},
    { id: 'receipts', alg: 'ed25519', public_key: kid, not_before: new Date(AT_MS).toISOString() },
  ],
  config: {
    TINYCLOUD_BOOTSTRAP_HOST: NODE.origin,
    TINYCLOUD_NODE_DID: NODE.did,
    PUBLIC_ORIGIN: `https://${DOMAIN}`,
  },
} as unknown as Statement;

function receiptOf(signed: readonly Signed[], changes: Partial<Receipt> = {}): string {
  const claims: Receipt = {
    jti: '33'.repeat(16),
    app_id: STATEMENT.app_id,
    boot_statement: '44'.repeat(64),
    address: owner.address,
    chain_id: 1,
    node: NODE,
    plan_version: 'tinycloud-account/1',
    signed: [...signed],
    hosted_before: [],
    network: { id: networkIdOf(owner), public_key: Buffer.alloc(32, 1).toString('base64') },
    written: [],
    started_at: new Date(AT_MS).toISOString(),
    completed_at: COMPLETED_AT,
    attempts: 1,
    ...changes,
  };
  const encode = (value: object): string =>
    Buffer.from(canonicalize(value) ?? '').toString('base64url');
  const text = `${encode({ alg: 'EdDSA', kid, typ: 'sealwright-receipt+jwt' })}.${encode(claims)}`;
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

function verdicts(receipt: string, statement: Statement = STATEMENT): readonly string[] {
  const findings = new Findings();
  judgeReceipt(findings, receipt, { statementText: 'a statement over a nonce', statement });
  return (['receipt.signature', 'receipt.key-attested', 'receipt.plan'] as const).map(
    (id) => findings.statusOf(id) ?? 'skip',
  );
}

const PASS = ['pass', 'pass', 'pass'];

test('a receipt of the plan passes', async (t) => {
  t.deepEqual(verdicts(receiptOf(await signedWith())), PASS);
});

const isOf =
  (kind: string, space: SpaceName, as: Partial<DelegationRequest>): Change =>
  (_request, of, name) =>
    of === kind && name === space ? as : {};
const shared = sessionRequest(run, owner, DOMAIN, 'default');

const BROKEN: readonly (readonly [string, Change])[] = [
  ['two sessions name one key', isOf('session', 'public', { uri: shared.uri })],
  ['a host request names the key of a session', isOf('host', 'public', { uri: shared.uri })],
  ['two host requests name one peer', isOf('host', 'public', { uri: didOf(11) })],
  ['two delegations share a nonce', isOf('session', 'public', { nonce: shared.nonce })],
  ['one delegation is for another domain', isOf('host', 'secrets', { domain: 'other.example' })],
  ['every delegation is for another domain', () => ({ domain: 'other.example' })],
  ['one was made before the run', isOf('session', 'default', { issuedAtMs: AT_MS - 1 })],
  ['one was made after the run', isOf('host', 'default', { issuedAtMs: AT_MS + 60_001 })],
  [
    'a session lives longer than the plan says',
    isOf('session', 'account', { lifetimeMs: 3_601_000 }),
  ],
  ['a host request lives as long as a session', isOf('host', 'account', { lifetimeMs: 3_600_000 })],
];
for (const [what, change] of BROKEN) {
  test(`a receipt in which ${what} fails at receipt.plan`, async (t) => {
    t.deepEqual(verdicts(receiptOf(await signedWith(change))), ['pass', 'pass', 'fail']);
  });
}

test('a receipt with an end before its key existed fails at receipt.key-attested', async (t) => {
  const signed = await signedWith();
  const [identity, receipts] = STATEMENT.keys;
  const at = (notBefore: string): Statement => ({
    ...STATEMENT,
    keys: [identity, { ...receipts, not_before: notBefore }],
  });
  t.deepEqual(verdicts(receiptOf(signed), at(COMPLETED_AT)), PASS);
  const later = new Date(Date.parse(COMPLETED_AT) + 1).toISOString();
  t.deepEqual(verdicts(receiptOf(signed), at(later)), ['pass', 'fail', 'pass']);
});

test('a receipt of another application, or of another boot, fails at receipt.key-attested', async (t) => {
  const receipt = receiptOf(await signedWith());
  const attested = (change: Partial<Statement>): readonly string[] =>
    verdicts(receipt, { ...STATEMENT, ...change });
  t.deepEqual(attested({ app_id: '12'.repeat(20) }), ['pass', 'fail', 'pass']);
  t.deepEqual(attested({ nonce: null }), ['pass', 'fail', 'pass']);
  const [identity, receipts] = STATEMENT.keys;
  t.deepEqual(attested({ keys: [identity, { ...receipts, public_key: '55'.repeat(32) }] }), [
    'pass',
    'fail',
    'pass',
  ]);
});

test('a receipt that the attested settings contradict fails at receipt.plan', async (t) => {
  const receipt = receiptOf(await signedWith());
  const under = (config: Record<string, string | null>, plan = STATEMENT.plan_version): string =>
    verdicts(receipt, {
      ...STATEMENT,
      plan_version: plan,
      config: { ...STATEMENT.config, ...config },
    })[2] ?? '';
  t.is(under({}), 'pass');
  t.is(under({ TINYCLOUD_NODE_DID: null }), 'pass');
  t.is(under({ TINYCLOUD_NODE_DID: didOf(8) }), 'fail');
  t.is(under({ TINYCLOUD_BOOTSTRAP_HOST: 'https://other.example' }), 'fail');
  t.is(under({ PUBLIC_ORIGIN: 'https://other.example' }), 'fail');
  t.is(under({ PUBLIC_ORIGIN: null }), 'fail');
  t.is(under({}, 'tinycloud-account/2'), 'fail');
});
