/** Reads the certificate and the key with which the service ends TLS itself. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ServiceError } from '../errors.js';
import { sha256Hex } from '../protocol/bytes.js';
import type { TlsIdentity } from '../runtime/tls-identity.js';

/**
 * Reads PEM files: the certificate with its chain, and its key. Rejects ERR_TLS_FILES if a file
 * cannot be read or the key is not that of the certificate.
 */
export async function readTlsFiles(certificateFile: string, keyFile: string): Promise<TlsIdentity> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(certificateFile, 'utf8'),
      readFile(keyFile, 'utf8'),
    ]);
    const leaf = new X509Certificate(certificate);
    if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new TypeError('not the key of it');
    const spki = leaf.publicKey.export({ type: 'spki', format: 'der' });
    return { certificate, key, spkiSha256: sha256Hex(new Uint8Array(spki)) };
  } catch (cause) {
    throw new ServiceError('ERR_TLS_FILES', { cause });
  }
}
