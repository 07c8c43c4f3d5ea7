/** Tests the reading of PROXY protocol headers, and what happens to connections without one. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ExecutionContext } from 'ava';
import Koa from 'koa';
import { test } from '../test.js';
import { mintIdentity } from './mint-identity.js';
import { fixedTls, type TlsIdentity } from '../../src/runtime/tls-identity.js';
import { listen, SERVER_LIMITS, type ServerLimits } from '../../src/http/listen.js';
import { parseProxyHeader } from '../../src/http/proxy-protocol/parse-header.js';
import { peerKindOf, type PeerKind } from '../../src/http/proxy-protocol/peer-kind.js';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

function header(command: number, family: number, rest: Buffer, length = rest.length): Buffer {
  const fixed = Buffer.from([command, family, length >> 8, length & 0xff]);
  return Buffer.concat([SIGNATURE, fixed, rest]);
}

const ipv4 = (source: readonly number[], tlvs: Buffer = Buffer.alloc(0)): Buffer =>
  header(0x21, 0x11, Buffer.concat([Buffer.from([...source, 10, 0, 0, 1, 1, 2, 3, 4]), tlvs]));
const ipv6 = (source: string): Buffer =>
  header(
    0x21,
    0x21,
    Buffer.concat([Buffer.from(source, 'hex'), Buffer.alloc(16), Buffer.alloc(4)]),
  );

const CLIENT = [203, 0, 113, 7];

test('a header names the client by its IPv4 or IPv6 address, with or without further fields', (t) => {
  const plain = ipv4(CLIENT);
  t.deepEqual(parseProxyHeader(plain), { kind: 'header', length: 28, client: '203.0.113.7' });
  const longer = ipv4(CLIENT, Buffer.from('0400020000', 'hex'));
  t.like(parseProxyHeader(longer), { kind: 'header', length: 33, client: '203.0.113.7' });
  const six = parseProxyHeader(ipv6('20010db8000000000000000000000007'));
  t.like(six, { kind: 'header', length: 52, client: '2001:db8::7' });
  t.like(parseProxyHeader(header(0x20, 0, Buffer.alloc(0))), { length: 16, client: undefined });
});

test('bytes after the header belong to the connection', (t) => {
  const parsed = parseProxyHeader(Buffer.concat([ipv4(CLIENT), Buffer.from(REQUEST)]));
  t.like(parsed, { kind: 'header', length: 28 });
});

test('every beginning of a header is incomplete', (t) => {
  const whole = ipv4(CLIENT, Buffer.alloc(40));
  for (let length = 0; length < whole.length; length += 1) {
    t.is(parseProxyHeader(whole.subarray(0, length)).kind, 'incomplete', String(length));
  }
});

const HOSTILE: Readonly<Record<string, Buffer>> = {
  'version 1': Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 1 2\r\n'),
  'a request without a header': Buffer.from(REQUEST),
  'another version': header(0x31, 0x11, Buffer.alloc(12)),
  'an unknown command': header(0x22, 0x11, Buffer.alloc(12)),
  'a Unix socket': header(0x21, 0x31, Buffer.alloc(216)),
  'a datagram': header(0x21, 0x12, Buffer.alloc(12)),
  'no family': header(0x21, 0x00, Buffer.alloc(12)),
  'too few bytes for IPv4': header(0x21, 0x11, Buffer.alloc(11)),
  'too few bytes for IPv6': header(0x21, 0x21, Buffer.alloc(35)),
  'a length that is too large': header(0x21, 0x11, Buffer.alloc(12), 0xffff),
  'a changed signature': Buffer.concat([Buffer.from([0x0e]), ipv4(CLIENT).subarray(1)]),
};

for (const [what, bytes] of Object.entries(HOSTILE)) {
  test(`a header with ${what} is refused`, (t) => {
    t.true(['absent', 'invalid'].includes(parseProxyHeader(bytes).kind));
  });
}

test('only private addresses are gateways, and only loopback is this machine', (t) => {
  const kinds: Readonly<Record<string, PeerKind>> = {
    '127.0.0.1': 'machine',
    '::1': 'machine',
    '::ffff:127.0.0.1': 'machine',
    '10.4.0.1': 'gateway',
    '172.17.0.1': 'gateway',
    '::ffff:172.17.0.1': 'gateway',
    '192.168.1.1': 'gateway',
    'fd00::1': 'gateway',
    '172.32.0.1': 'stranger',
    '203.0.113.7': 'stranger',
    '2001:db8::7': 'stranger',
    '::ffff:203.0.113.7': 'stranger',
    '': 'stranger',
  };
  for (const [address, kind] of Object.entries(kinds)) t.is(peerKindOf(address), kind, address);
  t.is(peerKindOf(undefined), 'stranger');
});

async function open(
  t: ExecutionContext,
  kind: PeerKind,
  limits: Partial<ServerLimits> = {},
  identity?: TlsIdentity,
): Promise<number> {
  const app = new Koa();
  app.use((ctx) => {
    ctx.body = `client ${ctx.req.socket.remoteAddress ?? ''}`;
  });
  const proxyHeaders = { deadlineMs: 300, kindOf: () => kind };
  const all = { ...SERVER_LIMITS, ...limits, proxyHeaders };
  const door = await listen(app, '127.0.0.1', 0, all, identity && fixedTls(identity));
  t.teardown(() => door.close(0));
  return Number(new URL(door.url).port);
}

/** Sends parts one after another, and resolves to everything received until the end. */
function speak(port: number, ...parts: readonly (Buffer | string)[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.setNoDelay(true);
      const [first = '', ...others] = parts;
      socket.write(first);
      for (const [at, part] of others.entries()) {
        setTimeout(() => void socket.write(part), 20 * (at + 1));
      }
    });
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

test('the application sees the address of the client, however the header arrives', async (t) => {
  const port = await open(t, 'gateway');
  const whole = Buffer.concat([ipv4(CLIENT), Buffer.from(REQUEST)]);
  t.regex(await speak(port, whole), /client 203\.0\.113\.7/);
  t.regex(await speak(port, ipv4(CLIENT), REQUEST), /client 203\.0\.113\.7/);
  t.regex(
    await speak(
      port,
      whole.subarray(0, 7),
      whole.subarray(7, 20),
      whole.subarray(20, 40),
      whole.subarray(40),
    ),
    /client 203\.0\.113\.7/,
  );
});

test('a connection of the gateway itself has the address of the gateway', async (t) => {
  const port = await open(t, 'gateway');
  const local = header(0x20, 0, Buffer.alloc(0));
  t.regex(await speak(port, Buffer.concat([local, Buffer.from(REQUEST)])), /client .*127\.0\.0\.1/);
});

test('a connection without a valid header is closed without a response', async (t) => {
  const port = await open(t, 'gateway');
  for (const [what, bytes] of Object.entries(HOSTILE)) {
    t.is(await speak(port, Buffer.concat([bytes, Buffer.from(REQUEST)])), '', what);
  }
  t.is(await speak(port, ipv4(CLIENT).subarray(0, 20)), '', 'truncated, until the deadline');
});

test('a header from a public address is closed, however valid it is', async (t) => {
  const port = await open(t, 'stranger');
  t.is(await speak(port, Buffer.concat([ipv4(CLIENT), Buffer.from(REQUEST)])), '');
  t.is(await speak(port, REQUEST), '');
});

test('over TLS, the header comes before the handshake and names the client as well', async (t) => {
  const identity = await mintIdentity();
  const port = await open(t, 'gateway', {}, { ...identity, spkiSha256: '' });
  const answerTo = (bytes: Buffer): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const raw = connect(port, '127.0.0.1', () => {
        raw.write(bytes);
        const socket = connectTls({ socket: raw, ca: identity.certificate, host: 'localhost' });
        socket.on('secureConnect', () => void socket.write(REQUEST));
        socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(answer));
      });
      raw.on('error', () => undefined);
    });
  t.regex(await answerTo(ipv4(CLIENT)), /client 203\.0\.113\.7/);
  t.is(await answerTo(Buffer.alloc(0)), '');
});

test('the health check of this machine needs no header', async (t) => {
  const port = await open(t, 'machine');
  t.regex(await speak(port, REQUEST), /client .*127\.0\.0\.1/);
});

test('the bound on connections of an address counts the client and not the gateway', async (t) => {
  const port = await open(t, 'gateway', { maxConnectionsAnAddress: 1 });
  const whole = (client: readonly number[]): Buffer =>
    Buffer.concat([ipv4(client), Buffer.from(REQUEST)]);
  const held = connect(port, '127.0.0.1', () => void held.write(ipv4(CLIENT)));
  t.teardown(() => void held.destroy());
  await new Promise((resolve) => void held.once('connect', resolve));
  t.regex(await speak(port, whole([203, 0, 113, 8])), /client 203\.0\.113\.8/);
  t.is(await speak(port, whole(CLIENT)), '');
});
