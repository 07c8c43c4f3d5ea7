/**
 * Tests that every condition against a setup is answered with `skipped` and its reason, without a
 * request or a record.
 */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { Wallet } from 'ethers';
import { createRecap, withRecap, type Recap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { parseAddress } from '../../src/protocol/address.js';
import { signedInBrowser } from './wallet-browser.js';
import { createWorld, isSignedBy, outcomeOf, type Person, type World } from './world.js';

const PEER = 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4';

function compose(
  address: string,
  recap: Recap | undefined,
  changes: Partial<SiweMessage> = {},
): string {
  const nowMs = Date.now();
  const message: SiweMessage = {
    domain: 'app.example',
    address: parseAddress(address),
    uri: PEER,
    chainId: 1,
    nonce: 'abcdefgh12345678',
    issuedAt: new Date(nowMs).toISOString(),
    expirationTime: new Date(nowMs + 3_600_000).toISOString(),
    ...changes,
  };
  return encodeSiweMessage(recap === undefined ? message : withRecap(message, recap));
}

const spaceOf = (address: string, name: string, chain = 1): string =>
  `tinycloud:pkh:eip155:${chain}:${address}:${name}`;
const kvGet = (address: string, name = 'default', chain = 1): Recap =>
  createRecap([[`${spaceOf(address, name, chain)}/kv`, ['tinycloud.kv/get']]]);

/** Signs and expects a skip: the node receives no request, and no run is recorded. */
async function expectSkip(
  t: ExecutionContext,
  world: World,
  person: Person,
  message: string,
  reason: string,
): Promise<void> {
  world.node.clearRequests();
  const answer = await world.sign(person, message);
  t.true(isSignedBy(answer, message, person));
  t.like(outcomeOf(answer), { status: 'skipped', state: 'skipped', reason });
  t.is(world.node.requests.length, 0);
  t.deepEqual(await world.storedIds('bootstrap-run'), []);
}

test('a message that is not a TinyCloud sign-in is signed without setting up an account', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const { address } = person;
  const other = Wallet.createRandom().address;
  const broken = compose(address, kvGet(address)).replace("'get'", "'put'");
  const rows: readonly (readonly [string, string])[] = [
    ['hello', 'not-tinycloud'],
    [compose(address, undefined), 'not-tinycloud'],
    [broken, 'not-tinycloud'],
    [compose(other, kvGet(other)), 'other-signer'],
    [compose(address, kvGet(address, 'default', 10), { chainId: 10 }), 'unsupported-chain'],
    [compose(address, kvGet(other)), 'nothing-owned'],
    [compose(address, kvGet(address, 'elsewhere')), 'nothing-owned'],
    [
      compose(
        address,
        createRecap([[`${spaceOf(address, 'default')}/space`, ['tinycloud.space/host']]]),
      ),
      'nothing-owned',
    ],
    [
      compose(address, kvGet(address), { expirationTime: '2020-01-01T00:00:00.000Z' }),
      'expired-request',
    ],
  ];
  for (const [message, reason] of rows) await expectSkip(t, world, person, message, reason);
});

test('with the kill switch requests are signed and no account is set up', async (t) => {
  const world = await createWorld({ env: { TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' } });
  t.teardown(() => world.close());
  const person = await world.person();
  await expectSkip(t, world, person, world.appSignIn(person), 'kill-switch');
});

test('a person who turned it off is not provisioned', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const { token } = person;
  const patched = await world.call('PATCH', '/api/account', {
    token,
    body: { autoSignEnabled: false },
  });
  t.is(patched.status, 200);
  await expectSkip(t, world, person, world.appSignIn(person), 'auto-sign-disabled');
  const browser = await signedInBrowser(world, person.wallet);
  t.is((await browser.call('PATCH', '/api/account', { autoSignEnabled: true })).status, 200);
  t.like(outcomeOf(await world.sign(person)), { status: 'complete' });
});

test('bytes that are not text are signed unchanged', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const answer = await world.call('POST', `/api/keys/${person.keyId}/sign`, {
    token: person.token,
    body: { message: '0xff00ff', format: 'raw' },
  });
  t.is(answer.status, 200);
  t.like(outcomeOf(answer), { status: 'skipped', reason: 'raw-format' });
});

test('the hex of a sign-in in raw format is judged and signed like its text', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const message = world.appSignIn(person);
  const raw = await world.call('POST', `/api/keys/${person.keyId}/sign`, {
    token: person.token,
    body: { message: `0x${Buffer.from(message).toString('hex')}`, format: 'raw' },
  });
  t.true(isSignedBy(raw, message, person));
  t.like(outcomeOf(raw), { status: 'complete', state: 'complete' });
  const text = await world.sign(person, message);
  t.is(text.body['signature'], raw.body['signature']);
});

test('rights to a network of the key are sufficient for a setup', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const urn = `urn:tinycloud:encryption:did:pkh:eip155:1:${person.address}:default`;
  const recap = createRecap([[urn, ['tinycloud.encryption/decrypt']]]);
  const answer = await world.sign(person, compose(person.address, recap));
  t.like(outcomeOf(answer), { status: 'complete' });
});
