/**
 * Makes a server read a header of the PROXY protocol from each connection before its first request.
 *
 * A connection that does not begin with a valid header from a gateway is closed without a response.
 * Only this machine itself may connect without one, because its health check names no client.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
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
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const kind = kindOf(socket.remoteAddress);
    if (kind === 'stranger') {
      socket.destroy();
      return;
    }
    readHeader(socket, kind, deadlineMs, () => {
      for (const listener of listeners) listener.call(server, socket);
    });
  });
}

function readHeader(socket: Socket, kind: PeerKind, deadlineMs: number, accept: () => void): void {
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
    if (decision.client !== undefined) {
      Object.defineProperty(socket, 'remoteAddress', { value: decision.client });
    }
    accept();
    socket.resume();
  };
  socket.on('data', receive);
  socket.once('close', stop);
  socket.on('error', ignoreError);
}
