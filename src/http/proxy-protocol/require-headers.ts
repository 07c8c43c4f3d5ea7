/**
 * Makes a server read a header of the PROXY protocol from each connection before its first request.
 *
 * A connection that does not begin with a valid header from a gateway is closed without a response.
 * Only this machine itself may connect without one, because its health check names no client.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { parseProxyHeader } from './parse-header.js';
import { peerKindOf, type PeerKind } from './peer-kind.js';

/** The options of the reader. */
export type HeaderOptions = {
  /** The time limit for the header. */
  readonly deadlineMs: number;
  readonly kindOf?: (address: string | undefined) => PeerKind;
};

type Decision = 'wait' | 'close' | { readonly skip: number; readonly client: string | undefined };

function decide(bytes: Buffer, kind: PeerKind): Decision {
  const parsed = parseProxyHeader(bytes);
  switch (parsed.kind) {
    case 'incomplete':
      return 'wait';
    case 'absent':
      return kind === 'machine' ? { skip: 0, client: undefined } : 'close';
    case 'invalid':
      return 'close';
    case 'header':
      return { skip: parsed.length, client: parsed.client };
  }
}

/**
 * Passes a connection to the server's own listeners only after its header. They see the client's
 * address as the address of the socket. Call this after all other listeners were added.
 */
export function requireProxyHeaders(
  server: Server,
  { deadlineMs, kindOf = peerKindOf }: HeaderOptions,
): void {
  const listeners = server.listeners('connection');
  const clients = new Map<string, string>();
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const kind = kindOf(socket.remoteAddress);
    if (kind === 'stranger') {
      socket.destroy();
      return;
    }
    readHeader(socket, kind, deadlineMs, (client) => {
      if (client !== undefined) remember(clients, socket, client);
      for (const listener of listeners) listener.call(server, socket);
      // A server that ends TLS reads what is left by itself. Resuming would lose it.
      if (!(server instanceof TlsServer)) socket.resume();
    });
  });
  // A server that ends TLS wraps each connection in another socket, which asks the system for its
  // address. It gets the address of the client as well.
  server.prependListener('secureConnection', (socket: Socket) => {
    const client = clients.get(peerOf(socket));
    if (client !== undefined) setAddress(socket, client);
  });
}

const peerOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string =>
  `${remoteAddress} ${remotePort}`;

const setAddress = (socket: Socket, address: string): void =>
  void Object.defineProperty(socket, 'remoteAddress', { value: address });

/** Remembers the client of an open connection by its peer, and names it as the socket's address. */
function remember(clients: Map<string, string>, socket: Socket, client: string): void {
  const peer = peerOf(socket);
  clients.set(peer, client);
  socket.once('close', () => clients.delete(peer));
  setAddress(socket, client);
}

function readHeader(
  socket: Socket,
  kind: PeerKind,
  deadlineMs: number,
  accept: (client: string | undefined) => void,
): void {
  let bytes = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), deadlineMs);
  const ignoreError = (): void => undefined;
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('data', receive);
    socket.off('close', stop);
    socket.off('error', ignoreError);
  };
  const receive = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const decision = decide(bytes, kind);
    if (decision === 'wait') return;
    if (decision === 'close') {
      socket.destroy();
      return;
    }
    stop();
    socket.pause();
    if (bytes.length > decision.skip) socket.unshift(bytes.subarray(decision.skip));
    accept(decision.client);
  };
  socket.on('data', receive);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
