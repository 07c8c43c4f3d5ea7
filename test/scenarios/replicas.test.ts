/** Tests that two services on one database behave as one. */
import type { ExecutionContext } from 'ava';
import { sharedServer, testWithPostgres } from '../adapters/postgres-server.js';
import { createReplicas, isSignedBy, outcomeOf, type World, type WorldOptions } from './world.js';

async function replicas(
  t: ExecutionContext,
  options: WorldOptions = {},
): Promise<readonly [World, World]> {
  const worlds = await createReplicas(await (await sharedServer()).createDatabase(), options);
  t.teardown(async () => {
    await worlds[1].stop();
    await worlds[0].close();
  });
  return worlds;
}

testWithPostgres('a person who signs in on one replica signs on the other', async (t) => {
  const [a, b] = await replicas(t);
  const person = await a.person();
  const message = b.appSignIn(person);
  const signed = await b.sign(person, message);
  t.true(isSignedBy(signed, message, person));
  t.is(outcomeOf(signed).status, 'complete');
  const again = await a.sign(person);
  t.like(outcomeOf(again), { status: 'complete', state: 'cache-hit' });
});
