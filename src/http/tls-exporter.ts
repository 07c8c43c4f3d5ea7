import { TLSSocket } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import { EXPORTER_BYTES, EXPORTER_LABEL } from '../../attestation/schema/channel.js';

/**
 * Returns the exporter value of the request's connection (RFC 9266), which only its two ends know.
 * Returns undefined if TLS does not end here.
 */
export function exporterOf({ socket }: IncomingMessage): Uint8Array | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const value = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
  return new Uint8Array(value);
}
