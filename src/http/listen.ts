import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type Koa from 'koa';
import { ServiceError } from '../errors.js';
import { clientAddressOf } from '../limits/client-address.js';
import type { TlsSource } from '../runtime/tls-identity.js';
import { requireProxyHeaders, type HeaderOptions } from './proxy-protocol/require-headers.js';
import { followSource, tlsOptionsOf } from './serve-tls.js';

/** A server that accepts connections. */
export type Listening = {
  readonly url: string;
  /**
   * Accepts no new connections, waits for pending responses, and after `graceMs` closes the
   * remaining connections.
   */
  close(graceMs: number): Promise<void>;
};

/** The resources of the server that clients may hold. */
export type ServerLimits = {
  /** In bytes. A longer header is answered with 431. */
  readonly maxHeaderSize: number;
  /**
   * From the start of the connection, or the previous response, to the end of the headers. After
   * that, 408.
   */
  readonly headersTimeoutMs: number;
  /** To the end of the body. After that, 408. */
  readonly requestTimeoutMs: number;
  /** How often the two deadlines are checked. */
  readonly checkEveryMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  readonly maxRequestsAConnection: number;
  /**
   * Connections beyond these are closed without a response. Before that, idle ones are closed to
   * make room.
   */
  readonly maxConnections: number;
  readonly maxConnectionsAnAddress: number;
  /** Set if each connection begins with a header of the PROXY protocol. */
  readonly proxyHeaders?: HeaderOptions;
};

// The limits of the service: a slow client can hold a connection but never a handler.
export const SERVER_LIMITS: ServerLimits = {
  maxHeaderSize: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  checkEveryMs: 1_000,
  keepAliveTimeoutMs: 65_000,
  maxRequestsAConnection: 10_000,
  maxConnections: 4_096,
  maxConnectionsAnAddress: 1_024,
};

/**
 * Returns the limits for direct clients or, if every connection comes from a proxy or a gateway,
 * limits without a bound for each address.
 */
export function serverLimitsFor(addresses: 'of-clients' | 'of-proxies'): ServerLimits {
  if (addresses === 'of-clients') return SERVER_LIMITS;
  return { ...SERVER_LIMITS, maxConnectionsAnAddress: SERVER_LIMITS.maxConnections };
}

/** Removes the brackets that an IPv6 address has in a URL, as the system requires. */
const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** What an operator can do about each of the system's codes. */
const ADVICE: ReadonlyMap<unknown, string> = new Map([
  ['EADDRINUSE', 'Another program listens there. Stop it, or set PORT to a free port.'],
  ['EACCES', 'This user may not listen on that port. Set PORT to one above 1023.'],
  ['ENOTFOUND', 'HOST has no address. Set it to an address of this machine, such as 127.0.0.1.'],
  ['EAI_AGAIN', 'HOST cannot be looked up. Set it to an IP address of this machine.'],
  ['EADDRNOTAVAIL', 'This machine has no such address. Set HOST to one that it has.'],
  ['EAFNOSUPPORT', 'This machine does not use IPv6. Set HOST to an IPv4 address.'],
]);

/**
 * Serves the application. Rejects ERR_LISTEN, with the system's code and advice about it in its
 * detail.
 */
export async function listen(
  app: Koa,
  host: string,
  port: number,
  limits: ServerLimits = SERVER_LIMITS,
  tls?: TlsSource,
): Promise<Listening> {
  const handle = app.callback();
  const options = {
    maxHeaderSize: limits.maxHeaderSize,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void =>
    void handle(request, response);
  const openTlsServer = (source: TlsSource): TlsServer => {
    const own = { ...options, ...tlsOptionsOf(source, limits.headersTimeoutMs) };
    const made = createTlsServer(own, answer);
    followSource(made, source);
    return made;
  };
  const server = tls === undefined ? createServer(options, answer) : openTlsServer(tls);
  server.maxConnections = limits.maxConnections;
  server.maxRequestsPerSocket = limits.maxRequestsAConnection;
  // The previous response stated `Connection: close`. By default the server would answer with 503.
  server.on('dropRequest', (_request, socket) => void socket.destroy());
  limitConnectionsByAddress(server, limits.maxConnectionsAnAddress);
  closeIdleForNewcomers(server, limits.maxConnections);
  if (limits.proxyHeaders !== undefined) requireProxyHeaders(server, limits.proxyHeaders);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const reason = 'code' in cause ? cause.code : undefined;
      const detail = { reason, host, port, advice: ADVICE.get(reason) };
      reject(new ServiceError('ERR_LISTEN', { cause, detail }));
    });
    server.listen(port, withoutBrackets(host), resolve);
  });
  const scheme = tls === undefined ? 'http' : 'https';
  return { url: urlOf(server, scheme, host), close: (graceMs) => close(server, graceMs) };
}

function limitConnectionsByAddress(server: Server, most: number): void {
  const open = new Map<string, number>();
  // This listener runs before the server's own one, so a connection that is closed here is not
  // parsed.
  server.prependListener('connection', (socket: Socket) => {
    const { own } = clientAddressOf(socket.remoteAddress, undefined, 0);
    const count = (open.get(own) ?? 0) + 1;
    if (count > most) {
      socket.destroy();
      return;
    }
    open.set(own, count);
    socket.once('close', () => {
      const left = (open.get(own) ?? 0) - 1;
      if (left > 0) open.set(own, left);
      else open.delete(own);
    });
  });
}

/** Closes idle connections when the last place is taken. */
function closeIdleForNewcomers(server: Server, most: number): void {
  let open = 0;
  server.prependListener('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open >= most) server.closeIdleConnections();
  });
}

function urlOf(server: Server, scheme: string, host: string): string {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return `${scheme}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection becomes idle only after its response, which may be sent at any moment.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
