/**
 * Tests that a deleted account is removed: from the disk, for its sessions, and for the wallet that
 * would derive the same keys again.
 */
import { test } from '../test.js';
import { createWorld } from './world.js';
import { signedInBrowser } from './wallet-browser.js';

test('deletion removes everything except a tombstone, and reports what remains', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const other = await world.person();
  await world.sign(person);
  for (let count = 0; count < 40; count += 1) await world.sign(person, `text ${count}`);
  const kinds = async (): Promise<readonly string[]> =>
    [...(await world.storedDocuments()).keys()].map((key) => key.split('/')[0] ?? '');
  t.true((await kinds()).includes('receipt'));
  // Replicas claim each wallet with an alias.
  const aliases = (await world.storedIds('wallet-alias')).length;
  const browser = await signedInBrowser(world, person.wallet);
  const { status, body } = await browser.call('DELETE', '/api/account');
  t.is(status, 200);
  const remains = body['remains'] as { data: string; addresses: string[]; tombstone: string };
  t.deepEqual(remains.addresses, [person.address]);
  t.true(remains.data.includes(world.node.url));
  const after = await kinds();
  for (const gone of ['receipt', 'bootstrap-run', 'erasure']) t.false(after.includes(gone), gone);
  t.is((await world.storedIds('wallet-alias')).length, Math.max(0, aliases - 1));
  const userId = person.keyId.slice(0, 32);
  const stored = [...(await world.storedDocuments())];
  const left = stored.filter(([key]) => key.includes(userId));
  t.is(left.length, 1);
  t.true((left[0]?.[1].sealed.length ?? 0) < 1_000);
  t.is(
    (await world.call('GET', '/api/keys', { token: person.token })).body['code'],
    'ERR_SESSION_INVALID',
  );
  t.is((await world.sign(other, 'hello')).status, 200);
  await world.stop();
  const logs = [...(await world.storedBytes()).keys()].filter((name) => name.includes('log/'));
  t.false(logs.some((name) => name.includes(userId)));
  t.true(logs.some((name) => name.includes(other.keyId.slice(0, 32))));
});

test('the wallet of a deleted account never receives a key again, even after a restart', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const browser = await signedInBrowser(world, person.wallet);
  t.is((await browser.call('DELETE', '/api/account')).status, 200);
  const signIn = async (): Promise<unknown> => {
    const challenge = await world.call('POST', '/api/auth/siwe/challenge', {
      body: { address: person.wallet.address, transport: 'bearer' },
    });
    const message = String(challenge.body['message']);
    const signature = await person.wallet.signMessage(message);
    const answer = await world.call('POST', '/api/auth/siwe/verify', {
      body: { message, signature },
    });
    t.is(answer.status, 410);
    return answer.body['code'];
  };
  t.is(await signIn(), 'ERR_ACCOUNT_DELETED');
  await world.stop();
  await world.start();
  t.is(await signIn(), 'ERR_ACCOUNT_DELETED');
});

test('a browser without a recent sign-in cannot delete, and one that deletes loses its cookie', async (t) => {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs });
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  offsetMs += 301_000;
  t.is((await browser.call('DELETE', '/api/account')).body['code'], 'ERR_STEP_UP_REQUIRED');
  t.is((await browser.call('GET', '/api/account')).status, 200);
  await browser.signIn();
  t.is((await browser.call('DELETE', '/api/account')).status, 200);
  t.is(browser.cookie, undefined);
});

test('an account that is deleted during its setup leaves no run', async (t) => {
  const world = await createWorld({ node: { latencyMs: 40 } });
  t.teardown(() => world.close());
  const person = await world.person();
  const browser = await signedInBrowser(world, person.wallet);
  const signed = await world.sign(person, world.appSignIn(person), { prefer: 'respond-async' });
  t.is(signed.status, 200);
  t.is((await browser.call('DELETE', '/api/account')).status, 200);
  const before = await world.counter('root_signatures');
  await world.stop();
  t.deepEqual(await world.storedIds('bootstrap-run'), []);
  t.deepEqual(await world.storedIds('receipt'), []);
  t.true(before <= 10);
});
