/** Tests the world of the tests: what it started must not keep a failed test's process alive. */
import { createWorld } from '../scenarios/world.js';
import { test } from '../test.js';

const servers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

test('a world whose service does not start leaves no server', async (t) => {
  const before = servers();
  const world = await createWorld();
  t.true(servers() > before);
  await world.close();
  t.is(servers(), before);
  await t.throwsAsync(createWorld({ env: { PUBLIC_ORIGIN: 'nowhere' } }), {
    message: /PUBLIC_ORIGIN|configuration/,
  });
  t.is(servers(), before);
});
