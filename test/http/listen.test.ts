/** Tests what one client can hold of the server. Each test uses its own sockets on loopback. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { until } from '../until.js';
import Koa from 'koa';
import type { ServiceError } from '../../src/errors.js';
import { withinDescriptors } from '../../src/compose/limits-of.js';
import { listen, SERVER_LIMITS, serverLimitsFor } from '../../src/http/listen.js';
import type { ServerLimits } from '../../src/http/listen.js';

type Door = { readonly port: number; readonly handled: () => number };

async function open(t: ExecutionContext, limits: Partial<ServerLimits>): Promise<Door> {
  const app = new Koa();
  let handled = 0;
  app.silent = true;
  app.use(async (ctx) => {
    handled += 1;
    ctx.req.resume();
    await once(ctx.req, 'end');
    ctx.body = 'ok';
  });
  const door = await listen(app, '127.0.0.1', 0, { ...SERVER_LIMITS, ...limits });
  t.teardown(() => door.close(0));
  return { port: Number(new URL(door.url).port), handled: () => handled };
}

/** Sends a text, and resolves to everything received until the other side closed. */
function speak(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => void socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

test('connections leave descriptors for files and for the node', (t) => {
  const of = (openFiles: number) => withinDescriptors(SERVER_LIMITS, openFiles);
  t.like(of(Infinity), SERVER_LIMITS);
  t.like(of(1_048_576), SERVER_LIMITS);
  t.like(of(1_024), { maxConnections: 448, maxConnectionsAnAddress: 448 });
  t.like(of(64), { maxConnections: 16, maxConnectionsAnAddress: 16 });
});

const QUICK = { headersTimeoutMs: 200, requestTimeoutMs: 400, checkEveryMs: 50 };

test('headers that do not end are answered with 408', async (t) => {
  const { port, handled } = await open(t, QUICK);
  t.is(statusOf(await speak(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')), 408);
  t.is(handled(), 0);
});

test('a connection without a request is closed', async (t) => {
  const { port, handled } = await open(t, QUICK);
  await speak(port, '');
  t.is(handled(), 0);
});

test('a body that does not end is answered with 408', async (t) => {
  const { port } = await open(t, QUICK);
  const answer = await speak(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab');
  t.is(statusOf(answer), 408);
});

test('a body that arrives one byte at a time has the same deadline', async (t) => {
  const { port } = await open(t, QUICK);
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const closed = new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(head));
    const drip = setInterval(() => void socket.write('1\r\na\r\n'), 20);
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => {
      clearInterval(drip);
      resolve();
    });
  });
  await t.notThrowsAsync(closed);
});

test('headers over the limit are answered with 431', async (t) => {
  const { port, handled } = await open(t, {});
  const long = 'x'.repeat(SERVER_LIMITS.maxHeaderSize);
  t.is(statusOf(await speak(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`)), 431);
  t.is(handled(), 0);
});

test('an idle connection is closed', async (t) => {
  const { port, handled } = await open(t, { keepAliveTimeoutMs: 100 });
  t.is(statusOf(await speak(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')), 200);
  t.is(handled(), 1);
});

test('a connection carries a limited number of requests', async (t) => {
  const { port, handled } = await open(t, { maxRequestsAConnection: 2 });
  const { socket } = await hold(port);
  const closed = new Promise((resolve) => void socket.once('close', resolve));
  socket.on('data', () => void socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await closed;
  t.is(handled(), 2);
});

/** Opens a connection that stays open, and returns whether the server answered a first request. */
function hold(port: number): Promise<{ readonly socket: Socket; readonly answered: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    });
    socket.on('error', () => undefined);
    socket.once('data', () => resolve({ socket, answered: true }));
    socket.once('close', () => resolve({ socket, answered: false }));
  });
}

test('connections over maxConnectionsAnAddress are closed, and one that ends makes room', async (t) => {
  const { port, handled } = await open(t, {
    maxConnectionsAnAddress: 2,
    keepAliveTimeoutMs: 600_000,
  });
  const [first, second] = [await hold(port), await hold(port)];
  t.true(first.answered && second.answered);
  for (let time = 0; time < 3; time += 1) t.false((await hold(port)).answered);
  t.is(handled(), 2);
  first.socket.destroy();
  const third = await untilAnswered(port);
  second.socket.destroy();
  third.socket.destroy();
});

/** Opens a connection with an incomplete request, whose rest the server waits for. */
function begin(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na', () =>
        resolve(socket),
      );
    });
    socket.on('error', () => undefined);
  });
}

test('idle connections give way to new ones, however many there are', async (t) => {
  const { port } = await open(t, { maxConnections: 4, keepAliveTimeoutMs: 600_000 });
  const idle = [];
  for (let count = 0; count < 12; count += 1) {
    idle.push((await untilAnswered(port)).socket);
  }
  t.is(idle.length, 12);
  for (const socket of idle) socket.destroy();
});

test('connections over maxConnections are closed if all others are active', async (t) => {
  const { port, handled } = await open(t, { maxConnections: 2, keepAliveTimeoutMs: 600_000 });
  const working = [await begin(port), await begin(port)];
  await until('both requests to be handled', () => handled() === 2);
  for (let time = 0; time < 3; time += 1) t.false((await hold(port)).answered);
  t.is(handled(), 2);
  for (const socket of working) socket.destroy();
  (await untilAnswered(port)).socket.destroy();
});

/** The server notices a closed connection slightly later than the client. */
const untilAnswered = (port: number): Promise<{ readonly socket: Socket }> =>
  until('the server to have room again', async () => {
    const held = await hold(port);
    return held.answered && held;
  });

test('behind our own proxies one address may use every connection', (t) => {
  t.is(
    serverLimitsFor('of-clients').maxConnectionsAnAddress,
    SERVER_LIMITS.maxConnectionsAnAddress,
  );
  t.is(serverLimitsFor('of-proxies').maxConnectionsAnAddress, SERVER_LIMITS.maxConnections);
});

test('a port in use and an unknown address are reported with a code', async (t) => {
  const { port } = await open(t, {});
  const refused = { code: 'ERR_LISTEN' };
  const taken = await t.throwsAsync<ServiceError>(listen(new Koa(), '127.0.0.1', port), refused);
  t.is(taken?.detail['reason'], 'EADDRINUSE');
  t.regex(String(taken?.detail['advice']), /PORT/);
  for (const [host, reason] of [
    ['192.0.2.1', 'EADDRNOTAVAIL'],
    ['no-such-host.invalid', 'ENOTFOUND'],
  ] as const) {
    const error = await t.throwsAsync<ServiceError>(listen(new Koa(), host, 0), refused);
    // A machine without a resolver returns EAI_AGAIN for a name.
    if (error?.detail['reason'] !== 'EAI_AGAIN') t.is(error?.detail['reason'], reason);
    t.regex(String(error?.detail['advice']), /HOST/);
  }
});

test('the service listens on an IPv6 address in brackets', async (t) => {
  const door = await listen(new Koa(), '[::1]', 0);
  t.teardown(() => door.close(0));
  t.regex(door.url, /^http:\/\/\[::1\]:\d+$/);
});
