/**
 * An app with a different origin than the service: a page that contains only the client as
 * `window.sealwright`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

const page = (service: string, head: string): string => `<!doctype html><html lang="en">
<head><meta charset="utf-8"><title>An app</title><link rel="icon" href="data:,">${head}</head>
<body><h1>An app</h1><button id="go">Go</button><script type="module">
import * as client from '${service}/client.js';
window.client = client;
window.sealwright_service = '${service}';
window.sealwright = client.createSealwright({ service: '${service}' });
document.querySelector('#go').addEventListener('click', () => window.onGo?.());

// Implements the protocol by hand, as a malicious page would. Replies are kept in order of arrival.
window.speak = async (target, hello = { type: 'sealwright/hello', version: 1 }) => {
  let answered;
  const first = new Promise((done) => { answered = done; });
  for (let tries = 0; tries < 600; tries += 1) {
    const { port1, port2 } = new MessageChannel();
    const heard = [];
    port1.onmessage = ({ data }) => { heard.push(data); answered({ data, heard, port: port1 }); };
    target().postMessage(hello, '${service}', [port2]);
    const answer = await Promise.race([first, new Promise((done) => setTimeout(done, 100))]);
    if (answer !== undefined) {
      window.heard = answer.heard;
      window.port = answer.port;
      return answer.data;
    }
  }
  return 'nothing';
};
window.frameOf = (src = '${service}/widget/') => {
  const frame = document.createElement('iframe');
  frame.allow = 'publickey-credentials-get *; publickey-credentials-create *';
  frame.style.cssText = 'display:block;width:440px;height:600px;border:0';
  frame.src = src;
  document.body.append(frame);
  return new Promise((done) => { frame.onload = () => done(frame); });
};
window.replyTo = async (id, ms = 60_000) => {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const found = window.heard.find((each) => each.type === 'reply' && each.id === id);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  return 'nothing';
};
</script></body></html>`;

const ETHERS = new URL('../../../node_modules/ethers/dist/ethers.min.js', import.meta.url);

/**
 * Starts the app and returns its origin. `service` is called at each request, because the app
 * starts before the service.
 */
export async function startAppSite(
  t: ExecutionContext,
  service: () => string,
  head = '',
): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/ethers.js') {
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(ETHERS));
      return;
    }
    response.setHeader('content-type', 'text/html');
    response.end(page(service(), head));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.teardown(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
