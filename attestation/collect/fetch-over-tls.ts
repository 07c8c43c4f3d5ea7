/**
 * Sends a GET request over a TLS connection of its own, and returns what that connection proves.
 */
import { request, type RequestOptions } from 'node:https';
import { TLSSocket } from 'node:tls';
import { sha256Hex } from '../bytes.js';
import type { SeenChannel } from '../channel/sight.js';
import { EXPORTER_BYTES, EXPORTER_LABEL } from '../schema/channel.js';

/** A reply, and the connection over which it came. */
export type TlsAnswer = {
  readonly status: number;
  readonly body: Uint8Array;
  readonly channel: SeenChannel;
};

type Limits = {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** An authority (PEM) in place of those of the system. */
  readonly authority: string | undefined;
};

/**
 * Fetches an https URL, with TLS 1.3 only, because exporter values of earlier versions do not
 * identify a connection. Redirects are not followed. Rejects the error of the connection, or
 * TypeError for more than `maxBytes`.
 */
export function fetchOverTls(
  url: URL,
  { deadlineMs, maxBytes, authority }: Limits,
): Promise<TlsAnswer> {
  const options: RequestOptions = {
    agent: false,
    minVersion: 'TLSv1.3',
    signal: AbortSignal.timeout(deadlineMs),
    ...(authority === undefined ? {} : { ca: authority }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (response) => {
      const channel = channelOf(response.socket);
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) response.destroy(new TypeError('the reply is too large'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (channel === undefined) reject(new TypeError('not a TLS connection'));
        else resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), channel });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function channelOf(socket: unknown): SeenChannel | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  if (spki === undefined) return undefined;
  const value = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
  return {
    spkiSha256: sha256Hex(spki),
    exporter: new Uint8Array(value),
  };
}
