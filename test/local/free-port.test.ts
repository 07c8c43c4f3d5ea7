/** Tests that servers that are about to start get different ports, which nobody uses. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../scripts/local/free-port.js';
import { test } from '../test.js';

test('no port is returned twice, although nobody listens there yet', async (t) => {
  const ports = new Set<number>();
  // Of so many random ports, two would be the same but once in a thousand runs.
  for (let count = 0; count < 400; count += 1) ports.add(await freePort());
  t.is(ports.size, 400);
});

test('a port on which a server listens is not returned', async (t) => {
  const [occupied, free] = [await freePort(), await freePort()];
  const server = createServer().listen(occupied, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  // Asked as another process would ask, which has returned neither of the two before.
  const fresh = await import(`../../scripts/local/free-port.js?of=${occupied}`);
  const picks = [occupied, occupied, free];
  t.is(await (fresh as { freePort: typeof freePort }).freePort(() => picks.shift() ?? 0), free);
  t.deepEqual(picks, []);
});
