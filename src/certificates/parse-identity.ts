import { createPrivateKey, X509Certificate } from 'node:crypto';
import { sha256Hex } from '../protocol/bytes.js';
import type { TlsIdentity } from '../runtime/tls-identity.js';

/** An identity, with the times (ms since 1970) between which its certificate is valid. */
export type ParsedIdentity = TlsIdentity & {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

/**
 * Parses a certificate with its chain, and its key, both in PEM. Throws an Error if they cannot be
 * parsed, if the key is not that of the certificate, or if the certificate is for another name.
 */
export function parseIdentity(certificate: string, key: string, name?: string): ParsedIdentity {
  const leaf = new X509Certificate(certificate);
  if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new TypeError('not the key of it');
  if (name !== undefined && leaf.checkHost(name) === undefined) {
    throw new TypeError('a certificate for another name');
  }
  const spki = leaf.publicKey.export({ type: 'spki', format: 'der' });
  return {
    certificate,
    key,
    spkiSha256: sha256Hex(new Uint8Array(spki)),
    notBeforeMs: Date.parse(leaf.validFrom),
    notAfterMs: Date.parse(leaf.validTo),
  };
}
