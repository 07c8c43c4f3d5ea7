/**
 * Tests zero-gesture signing: it is off until the person turns it on, and then applies only to the
 * requests that set up the user's own account.
 */
import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { verifyMessage } from 'ethers';
import { SPACE_NAMES, spaceIdOf } from '../../src/bootstrap/account.js';
import { hostRecap, sessionRecap } from '../../src/bootstrap/session-grants.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap, type Recap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { createWorld, outcomeOf, type Answer, type Person, type World } from './world.js';
import { signedInBrowser } from './wallet-browser.js';

const PEER = 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4';
const SESSION_URI = `${PEER}#${PEER.slice('did:key:'.length)}`;
const HOUR_MS = 3_600_000;
const SALE = 'I sell my house to Mallory for one dollar.';

async function delegatingWorld(
  t: ExecutionContext,
  clock: () => number = Date.now,
): Promise<{ world: World; person: Person; compose: typeof composeFor }> {
  const env = {
    DELEGATE_SIGN_DOMAINS: 'app.example',
    // A response waits until the account is set up, however slow the machine is.
    TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '30000',
  };
  const world = await createWorld({ clock, env });
  t.teardown(() => world.close());
  const person = await world.person();
  await prefer(world, person, { delegateSignEnabled: true });
  return { world, person, compose: composeFor };
}

/** Only a browser with a recent sign-in can extend what is signed without a prompt. */
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

const withoutExpiry = (person: Person, recap: Recap, uri = PEER): string =>
  composeFor(person, recap, { uri }).replace(/\nExpiration Time: [^\n]+/, '');

/** Resolves to the DID under which the node hosts a space, as an SDK requests it. */
async function peerOf(world: World, spaceId: string): Promise<string> {
  const url = `${world.node.url}/peer/generate/${encodeURIComponent(spaceId)}`;
  return (await fetch(url)).text();
}

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

test('it is off by default and requires both preferences', async (t) => {
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

test('the ten requests that an SDK composes are signed, and the account is set up', async (t) => {
  const { world, person } = await delegatingWorld(t);
  const owner = { chainId: 1, address: parseAddress(person.address) };
  for (const name of SPACE_NAMES) {
    const session = composeFor(person, sessionRecap(owner, name));
    // An SDK's host request has no expiry and names the node's peer.
    const peer = await peerOf(world, spaceIdOf(owner, name));
    const host = withoutExpiry(person, hostRecap(owner, name), peer);
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

test('any other request is denied with its code and signs nothing', async (t) => {
  const nowMs = Date.now();
  const { world, person, compose } = await delegatingWorld(t, () => nowMs);
  const stranger = await world.person();
  const address = parseAddress(person.address);
  const owner = { chainId: 1, address };
  const recap = sessionRecap(owner, 'default');
  const host = hostRecap(owner, 'default');
  const twoHosts = createRecap([...host.attenuations, ...hostRecap(owner, 'secrets').attenuations]);
  const defaultPeer = await peerOf(world, spaceIdOf(owner, 'default'));
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
    [compose(person, recap, { notBefore: iso(-60_000) }), 'issued_at_out_of_range'],
    [compose(person, recap, { statement: SALE }), 'statement_not_standard'],
    [compose(person, host, { statement: SALE }), 'statement_not_standard'],
    [compose(person, recap, { resources: ['https://x.example/deed'] }), 'resources_not_standard'],
    [compose(person, host, { resources: ['https://x.example/deed'] }), 'resources_not_standard'],
    [compose(person, recap, { requestId: 'one' }), 'fields_not_standard'],
    [compose(person, recap, { requestId: '' }), 'fields_not_standard'],
    [compose(person, recap, { scheme: 'https' }), 'fields_not_standard'],
    [compose(person, recap, { nonce: 'a'.repeat(65) }), 'fields_not_standard'],
    [compose(person, createRecap([[`${space}:default/kv/`, read]])), 'void_grant'],
    [withoutExpiry(person, host), 'host_not_node_peer'],
    [withoutExpiry(person, hostRecap(owner, 'secrets'), SESSION_URI), 'host_not_node_peer'],
    [withoutExpiry(person, hostRecap(owner, 'secrets'), defaultPeer), 'host_not_node_peer'],
    [withoutExpiry(person, twoHosts, defaultPeer), 'host_not_node_peer'],
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
  // The node receives only requests for a peer.
  t.true(world.node.requests.every(({ route }) => route === '/peer/generate'));
});

test('hosting that expires within the hour, as the plan composes it, is signed', async (t) => {
  const { world, person, compose } = await delegatingWorld(t);
  const owner = { chainId: 1, address: parseAddress(person.address) };
  const message = compose(person, hostRecap(owner, 'secrets'), { uri: PEER });
  t.like((await ask(world, person, message)).body, { approved: true });
});

test('hosting without an expiry is denied while the identity of the node is unknown', async (t) => {
  const { world, person } = await delegatingWorld(t);
  const owner = { chainId: 1, address: parseAddress(person.address) };
  const peer = await peerOf(world, spaceIdOf(owner, 'default'));
  await world.node.close();
  const message = withoutExpiry(person, hostRecap(owner, 'default'), peer);
  t.like((await ask(world, person, message)).body, { approved: false, code: 'host_not_node_peer' });
  t.is(await world.counter('signatures'), 0);
});

test('the key of another user is answered like an unknown key', async (t) => {
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
