/** An app on another site than the service: a page that has the client as `window.sealwright`, and nothing else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

const page = (service: string, head: string): string => `<!doctype html><html lang="en">
<head><meta charset="utf-8"><title>An app</title><link rel="icon" href="data:,">${head}</head>
<body><h1>An app</h1><button id="go">Go</button><script type="module">
import * as client from '${service}/client.js';
window.client = client;
window.sealwright = client.createSealwright({ service: '${service}' });
document.querySelector('#go').addEventListener('click', () => window.onGo?.());
</script></body></html>`;

/** Answers the app's origin. `service` is asked at each request: the app is known before the service is. */
export async function startAppSite(
  t: ExecutionContext,
  service: () => string,
  head = '',
): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(page(service(), head));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.teardown(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
