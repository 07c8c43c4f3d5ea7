/** Signing without asking: off until the person wants it, and then for exactly the requests that set up the own account. */
import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { verifyMessage } from 'ethers';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { hostRecap, sessionRecap } from '../../src/bootstrap/session-grants.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap, type Recap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { createWorld, outcomeOf, type Answer, type Person, type World } from './world.js';
import { signedInBrowser } from './wallet-browser.js';

const PEER = 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4';
const SESSION_URI = `${PEER}#${PEER.slice('did:key:'.length)}`;
const HOUR_MS = 3_600_000;

async function delegatingWorld(
  t: ExecutionContext,
): Promise<{ world: World; person: Person; compose: typeof composeFor }> {
  const world = await createWorld({ env: { DELEGATE_SIGN_DOMAINS: 'app.example' } });
  t.teardown(() => world.close());
  const person = await world.person();
  await prefer(world, person, { delegateSignEnabled: true });
  return { world, person, compose: composeFor };
}

/** Only a browser with a recent proof widens what is signed without asking. */
const prefer = async (world: World, { wallet }: Person, body: object): Promise<Answer> =>
  (await signedInBrowser(world, wallet)).call('PATCH', '/api/account', body);

function composeFor(person: Person, recap: Recap, changes: Partial<SiweMessage> = {}): string {
  const nowMs = Date.now();
  const message: SiweMessage = {
    domain: 'app.example',
    address: parseAddress(person.address),
    uri: SESSION_URI,
    chainId: 1,
    nonce: randomBytes(8).toString('hex'),
    issuedAt: new Date(nowMs).toISOString(),
    expirationTime: new Date(nowMs + HOUR_MS - 1_000).toISOString(),
    ...changes,
  };
  return encodeSiweMessage(withRecap(message, recap));
}

const withoutExpiry = (person: Person, recap: Recap): string => {
  const text = composeFor(person, recap, { uri: PEER });
  return text.replace(/\nExpiration Time: [^\n]+/, '');
};

function ask(
  world: World,
  person: Person,
  message: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return world.call('POST', '/api/delegate/sign', {
    token: person.token,
    body: { address: person.address, chainId: 1, message, type: 'siwe', ...changes },
  });
}

test('it is off at first, and needs both switches', async (t) => {
  const world = await createWorld({ env: { DELEGATE_SIGN_DOMAINS: 'app.example' } });
  t.teardown(() => world.close());
  const person = await world.person();
  const message = composeFor(
    person,
    sessionRecap({ chainId: 1, address: parseAddress(person.address) }, 'default'),
  );
  const denied = { approved: false, needsApproval: true, code: 'auto_sign_disabled' };
  t.like((await ask(world, person, message)).body, denied);
  t.like((await ask(world, person, 'anything', { type: 'message' })).body, denied);
  await prefer(world, person, { delegateSignEnabled: true, autoSignEnabled: false });
  t.like((await ask(world, person, message)).body, denied);
  t.is(await world.counter('signatures'), 0);
});

test('the ten requests are signed, hosting without expiry too, and the same hook runs', async (t) => {
  const { world, person } = await delegatingWorld(t);
  const owner = { chainId: 1, address: parseAddress(person.address) };
  for (const name of SPACE_NAMES) {
    const session = composeFor(person, sessionRecap(owner, name));
    const host = withoutExpiry(person, hostRecap(owner, name));
    for (const message of [session, host]) {
      const { status, body } = await ask(world, person, message);
      t.is(status, 200);
      t.like(body, { approved: true }, JSON.stringify(body));
      t.is(verifyMessage(message, String(body['signature'])), person.address);
    }
  }
  const again = await ask(world, person, composeFor(person, sessionRecap(owner, 'default')));
  t.like(outcomeOf(again), { status: 'complete', state: 'cache-hit' });
});

test('whatever is not exactly such a request is denied with its code, and signs nothing', async (t) => {
  const { world, person, compose } = await delegatingWorld(t);
  const stranger = await world.person();
  const address = parseAddress(person.address);
  const owner = { chainId: 1, address };
  const recap = sessionRecap(owner, 'default');
  const host = hostRecap(owner, 'default');
  const nowMs = Date.now();
  const iso = (ms: number): string => new Date(nowMs + ms).toISOString();
  const space = `tinycloud:pkh:eip155:1:${address}`;
  const read = ['tinycloud.kv/get'];
  const rows: readonly (readonly [string, string, Readonly<Record<string, unknown>>?])[] = [
    [compose(person, recap), 'outside_bootstrap_allowlist', { type: 'message' }],
    ['hello', 'outside_bootstrap_allowlist'],
    [compose(person, createRecap([[`${space}:photos/kv`, read]])), 'outside_bootstrap_allowlist'],
    [
      compose(person, createRecap([[`${space}:default/kv/x`, read]])),
      'outside_bootstrap_allowlist',
    ],
    [
      compose(person, createRecap([[`${space}:default/kv`, ['tinycloud.kv/other']]])),
      'outside_bootstrap_allowlist',
    ],
    [compose(person, createRecap([[`${space}:default/kv//`, read]])), 'void_grant'],
    [compose(person, recap, { address: parseAddress(stranger.address) }), 'address_mismatch'],
    [
      compose(person, recap),
      'address_mismatch',
      { address: stranger.address, keyId: person.keyId },
    ],
    [compose(person, recap, { chainId: 10 }), 'chain_mismatch'],
    [compose(person, recap), 'chain_mismatch', { chainId: 10 }],
    [compose(person, recap, { domain: 'evil.example' }), 'domain_not_allowed'],
    [compose(person, recap, { domain: 'app.example:8443' }), 'domain_not_allowed'],
    [compose(person, recap, { uri: 'https://app.example' }), 'uri_not_session_key'],
    [compose(person, recap, { uri: `${PEER}#other` }), 'uri_not_session_key'],
    [compose(person, recap, { uri: `did:pkh:eip155:1:${address}` }), 'uri_not_session_key'],
    [compose(person, recap, { expirationTime: iso(HOUR_MS + 60_000) }), 'expiry_out_of_range'],
    [compose(person, recap, { expirationTime: iso(-1_000) }), 'expiry_out_of_range'],
    [compose(person, host, { expirationTime: iso(-1_000) }), 'expiry_out_of_range'],
    [compose(person, recap, { issuedAt: iso(-301_000) }), 'issued_at_out_of_range'],
    [compose(person, recap, { issuedAt: iso(301_000) }), 'issued_at_out_of_range'],
    [compose(person, recap, { notBefore: iso(60_000) }), 'issued_at_out_of_range'],
    [compose(person, recap).replace(/\nExpiration Time: [^\n]+/, ''), 'policy_refused'],
    [compose(person, recap, { domain: 'localhost:3001' }), 'policy_refused'],
  ];
  world.node.clearRequests();
  for (const [message, code, changes] of rows) {
    const { status, body } = await ask(world, person, message, changes);
    t.is(status, 200, code);
    t.like(body, { approved: false, needsApproval: true, code }, message.slice(0, 80));
    t.is(typeof body['reason'], 'string');
    t.false('signature' in body);
  }
  t.is(await world.counter('signatures'), 0);
  t.is(world.node.requests.length, 0);
});

test('a key of somebody else is as unknown as one that never was', async (t) => {
  const { world, person, compose } = await delegatingWorld(t);
  const stranger = await world.person();
  const message = compose(
    person,
    sessionRecap({ chainId: 1, address: parseAddress(person.address) }, 'default'),
  );
  const answers = [
    await ask(world, person, message, { keyId: stranger.keyId }),
    await ask(world, person, message, { keyId: 'nobody-0' }),
    await ask(world, person, message, { address: stranger.address }),
  ];
  for (const { status, body } of answers) {
    t.is(status, 404);
    t.is(body['code'], 'ERR_KEY_NOT_FOUND');
  }
});
