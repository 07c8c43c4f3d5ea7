/**
 * Tests over HTTP that event streams, long polls and exports end with their session, whatever ended
 * it.
 */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { until } from '../until.js';
import { openStream } from './open-stream.js';
import { signedInBrowser } from './wallet-browser.js';
import { createWorld, type Person, type World } from './world.js';

async function clockedWorld(
  t: ExecutionContext,
  latencyMs = 0,
): Promise<{ world: World; readonly pass: (ms: number) => void }> {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs, node: { latencyMs } });
  t.teardown(() => world.close());
  return { world, pass: (ms) => void (offsetMs += ms) };
}

const ENDINGS: Readonly<
  Record<string, (world: World, person: Person, pass: (ms: number) => void) => Promise<unknown>>
> = {
  'signing out': (world, { token }) => world.call('POST', '/api/auth/sign-out', { token }),
  'the end of its hour': async (_world, _person, pass) => pass(3_600_000),
  'twenty newer sessions': async (world, { wallet }) => {
    for (let count = 0; count < 20; count += 1) await world.person(wallet);
  },
  'the deletion of the account': async (world, { wallet }) => {
    const browser = await signedInBrowser(world, wallet);
    return browser.call('DELETE', '/api/account');
  },
  'archiving its key': (world, { token, keyId }) =>
    world.call('POST', `/api/keys/${keyId}/archive`, { token }),
};

for (const [what, end] of Object.entries(ENDINGS)) {
  test(`an event stream ends with ${what}`, async (t) => {
    const { world, pass } = await clockedWorld(t);
    const person = await world.person();
    const stream = await openStream(world, person);
    t.false(stream.ended);
    await end(world, person, pass);
    await until(`the end of the stream after ${what}`, () => stream.ended);
    t.false(stream.heard.includes('event: step'));
  });
}

test('a long poll is refused when its session ends', async (t) => {
  const { world } = await clockedWorld(t, 300);
  const person = await world.person();
  const other = await world.person(person.wallet);
  await world.sign(person, world.appSignIn(person), { prefer: 'respond-async' });
  const reads = await world.counter('document_reads');
  const polling = world.bootstrapOf(person, 25_000);
  await until('the poll to begin', async () => (await world.counter('document_reads')) > reads);
  const { body } = await world.call('GET', '/api/account/sessions', { token: other.token });
  for (const { id, current } of body['sessions'] as { id: string; current: boolean }[]) {
    if (current) continue;
    await world.call('DELETE', `/api/account/sessions/${id}`, { token: other.token });
  }
  t.is((await polling).body['code'], 'ERR_SESSION_INVALID');
});
