/** A node of a chain that answers each call as the test says. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export type ScriptedNode = {
  readonly url: string;
  /** How many calls it received. */
  readonly asked: () => number;
};

/**
 * Starts a node that ends with the test. `answer` is the reply to `eth_call`, without its frame.
 */
export async function startScript(
  t: ExecutionContext,
  answer: () => unknown,
  chainId = '0x1',
): Promise<ScriptedNode> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const isChainId = text.includes('eth_chainId');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(isChainId ? { jsonrpc: '2.0', id: 1, result: chainId } : answer()),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: () => count };
}
