/** Tests that servers that are about to start get different ports. */
import { freePort } from '../../scripts/local/free-port.js';
import { test } from '../test.js';

test('no port is returned twice, although nobody listens there yet', async (t) => {
  const ports = new Set<number>();
  // Of so many random ports, two would be the same but once in a thousand runs.
  for (let count = 0; count < 400; count += 1) ports.add(await freePort());
  t.is(ports.size, 400);
});
