/**
 * The binding of evidence to a TLS connection (RFC 9266): the quote covers a nonce that contains
 * the connection's exporter value. A relay has two connections, and so other values. The publisher
 * and the verifier both use this file.
 */
import { parseHex, sha256Hex } from '../bytes.js';

/** The label of the exporter. Its context is empty. */
export const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
/** The length of the exporter value. */
export const EXPORTER_BYTES = 32;
/** The value of the query `channel` that asks for a bound nonce. */
export const BINDING_NAME = 'tls-exporter';

const DOMAIN = 'sealwright.channel.v1\0';

/** Returns the nonce (hex) that the quote covers for a caller's nonce (hex) on a connection. */
export function bindNonce(nonce: string, exporter: Uint8Array): string {
  if (exporter.length !== EXPORTER_BYTES) throw new TypeError('an exporter value has 32 bytes');
  return sha256Hex(Buffer.concat([Buffer.from(DOMAIN), parseHex(nonce), exporter]));
}
