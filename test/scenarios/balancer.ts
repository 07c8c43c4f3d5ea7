/** Sends requests to several services in turn, as a balancer without stickiness does. */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Balancer = { readonly url: string; close(): Promise<void> };

/**
 * Starts a balancer. Each request goes to the next service, whatever its connection. The caller may
 * change `targets` meanwhile.
 */
export async function startBalancer(targets: readonly string[]): Promise<Balancer> {
  // A connection that is kept may be closed by its service while a request is on its way.
  const agent = new Agent({ keepAlive: false });
  let next = 0;
  const server = createServer((incoming, response) => {
    const target = new URL(targets[next % targets.length] ?? '');
    next += 1;
    const { method, url: path, headers } = incoming;
    const { hostname: host, port } = target;
    const outgoing = request({ host, port, method, path, headers, agent }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
      response.flushHeaders();
      reply.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
