import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A port that is free now: for addresses that must be known before who listens on them is started. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
