import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { createUndiciNodeTransport } from '../../src/adapters/undici-node-transport.js';
import type { NodeTransport } from '../../src/bootstrap/node-transport.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function against(t: ExecutionContext, handler: Handler): Promise<NodeTransport> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createUndiciNodeTransport({ origin: `http://127.0.0.1:${port}` });
  t.teardown(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

const get = (transport: NodeTransport, deadlineMs = 60_000, signal?: AbortSignal) =>
  transport.send({
    method: 'GET',
    path: '/x',
    deadlineMs,
    ...(signal === undefined ? {} : { signal }),
  });

test('a reply has its status, type and body', async (t) => {
  const transport = await against(t, (_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain', 'retry-after': '7' }).end('gone');
  });
  const reply = await get(transport);
  t.is(reply.status, 404);
  t.is(reply.contentType, 'text/plain');
  t.is(reply.retryAfterMs, 7_000);
  t.is(Buffer.from(reply.body).toString(), 'gone');
});

for (const [date, dateMs] of [
  ['Sun, 06 Nov 1994 08:49:37 GMT', 784_111_777_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', undefined],
  ['2026-01-01', undefined],
  ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
] as const) {
  test(`a reply of ${date} has ${dateMs === undefined ? 'no' : 'this'} date`, async (t) => {
    const transport = await against(t, (_request, response) => {
      response.writeHead(200, { date }).end();
    });
    t.is((await get(transport)).dateMs, dateMs);
  });
}

test('a Retry-After of a year is capped', async (t) => {
  const transport = await against(t, (_request, response) => {
    response.writeHead(429, { 'retry-after': '31536000' }).end();
  });
  t.is((await get(transport)).retryAfterMs, 60_000);
});

test('a redirect is not followed', async (t) => {
  let asked = 0;
  const transport = await against(t, (_request, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await t.throwsAsync(get(transport), { code: 'ERR_NODE_REDIRECT' });
  t.is(asked, 1);
});

test('a reply larger than 64 KiB is rejected, with or without a content length', async (t) => {
  for (const headers of [{}, { 'content-length': '10000000' }]) {
    const transport = await against(t, (_request, response) => {
      response.writeHead(200, headers);
      response.end(Buffer.alloc(10_000_000));
    });
    await t.throwsAsync(get(transport), { code: 'ERR_NODE_REPLY_TOO_LARGE' });
  }
});

test('exactly 64 KiB is accepted', async (t) => {
  const transport = await against(
    t,
    (_request, response) => void response.end(Buffer.alloc(65_536)),
  );
  t.is((await get(transport)).body.length, 65_536);
});

test('a node that does not reply reaches the deadline', async (t) => {
  const transport = await against(t, () => undefined);
  await t.throwsAsync(get(transport, 80), { code: 'ERR_NODE_TIMEOUT' });
});

test('a node that sends its body slowly reaches the same deadline', async (t) => {
  const transport = await against(t, (_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  });
  await t.throwsAsync(get(transport, 150), { code: 'ERR_NODE_TIMEOUT' });
});

test('a connection that ends early is reported as an unavailable node', async (t) => {
  const faults: readonly Handler[] = [
    (request) => void request.socket.destroy(),
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 10);
    },
  ];
  for (const fault of faults) {
    const transport = await against(t, fault);
    await t.throwsAsync(get(transport), { code: 'ERR_NODE_UNAVAILABLE' });
  }
});

test('a missing listener is reported as an unavailable node', async (t) => {
  const transport = createUndiciNodeTransport({ origin: 'http://127.0.0.1:9' });
  t.teardown(() => transport.close());
  await t.throwsAsync(get(transport), { code: 'ERR_NODE_UNAVAILABLE' });
});

test('a signal aborts the request', async (t) => {
  const transport = await against(t, () => undefined);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 30);
  await t.throwsAsync(get(transport, 60_000, stop.signal), { code: 'ERR_NODE_ABORTED' });
});

test('the error contains no text of the node', async (t) => {
  const transport = await against(t, (_request, response) => {
    response.writeHead(302, { location: 'http://secret.example/marker-text' }).end('marker-text');
  });
  const error = await t.throwsAsync(get(transport));
  t.notRegex(`${String(error)}${JSON.stringify(error)}`, /marker-text/);
});
