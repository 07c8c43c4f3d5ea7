/** Tests that a test which depends on a port that the system may give away fails each time. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { freePort } from '../scripts/local/free-port.js';
import { test } from './test.js';

async function openAndClose(port: number): Promise<number> {
  const server = createServer().listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return bound;
}

test('a test cannot listen again on a port that the system had assigned', async (t) => {
  const port = await openAndClose(0);
  t.throws(() => createServer().listen(port, '127.0.0.1'), { message: /freePort/ });
  t.throws(() => createServer().listen({ port }), { message: /freePort/ });
});

test('a test can listen again on a port that it chose', async (t) => {
  const port = await freePort();
  t.is(await openAndClose(port), port);
  t.is(await openAndClose(port), port);
});

// Threads share their sockets with every program that one of them starts, and have a larger stack
// than the service.
test('tests run in a process of their own, and not in a thread', (t) => {
  t.true(isMainThread);
});
