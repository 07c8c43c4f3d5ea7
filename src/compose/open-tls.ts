import { readTlsFiles } from '../adapters/tls-files.js';
import type { Config } from '../config.js';
import type { TlsIdentity } from '../runtime/tls-identity.js';

/**
 * Returns what the service ends TLS with, or undefined if a gateway ends it. Rejects ERR_TLS_FILES.
 */
export async function openTls({
  TLS_MODE: mode,
  TLS_CERTIFICATE_FILE: certificate = '',
  TLS_KEY_FILE: key = '',
}: Config): Promise<TlsIdentity | undefined> {
  return mode === 'off' ? undefined : readTlsFiles(certificate, key);
}
