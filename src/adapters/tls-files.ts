/** Reads the certificate and the key with which the service ends TLS itself. */
import { readFile } from 'node:fs/promises';
import { parseIdentity } from '../certificates/parse-identity.js';
import { ServiceError } from '../errors.js';
import type { TlsIdentity } from '../runtime/tls-identity.js';

/**
 * Reads PEM files: the certificate with its chain, and its key. Rejects ERR_TLS_FILES if a file
 * cannot be read or the key is not that of the certificate.
 */
export async function readTlsFiles(certificateFile: string, keyFile: string): Promise<TlsIdentity> {
  const certificate = await readPem(certificateFile);
  const key = await readPem(keyFile);
  try {
    return parseIdentity(certificate, key);
  } catch (cause) {
    throw new ServiceError('ERR_TLS_FILES', { cause, detail: { path: certificateFile } });
  }
}

/** Reads a file. Rejects ERR_TLS_FILES with its path. */
export async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ServiceError('ERR_TLS_FILES', { cause, detail: { path } });
  }
}
