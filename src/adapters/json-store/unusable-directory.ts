import { stat } from 'node:fs/promises';
import type { StoreFault } from '../../accounts/state-store.js';
import { ServiceError } from '../../errors.js';
import { hasCode } from '../error-code.js';
import { faultOf } from './fault-of.js';

/** What an operator can do about a directory that cannot be written. */
const ADVICE: Readonly<Record<StoreFault, string>> = {
  'no-space': 'Free space on the volume of DATA_DIR, or enlarge it.',
  'read-only': 'Let the user of the service write to DATA_DIR, on a volume that is not read-only.',
  'io-error': 'The disk below DATA_DIR fails. Move the volume to another one.',
  'no-descriptors': 'Raise the limit of open files of the service (ulimit -n).',
  'journal-full': 'Free space on the volume of DATA_DIR, or enlarge it.',
  unavailable: 'DATA_DIR must be on a volume that accepts files and Unix sockets.',
};

/**
 * Rejects ERR_DATA_DIR unless there is a directory. The system reports a socket in a missing one as
 * forbidden.
 */
export async function requireDirectory(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    if (!hasCode(cause, 'ENOENT', 'ENOTDIR')) throw unusableDirectory(path, cause);
    const advice = 'Create the directory, or set DATA_DIR to one.';
    throw new ServiceError('ERR_DATA_DIR', { cause, detail: { path, reason: 'missing', advice } });
  });
  if (found.isDirectory()) return;
  const advice = 'Set DATA_DIR to a directory.';
  throw new ServiceError('ERR_DATA_DIR', { detail: { path, reason: 'not a directory', advice } });
}

/** Returns the refusal of a directory in which a file operation failed. */
export function unusableDirectory(path: string, cause: unknown): ServiceError {
  const reason = faultOf(cause);
  return new ServiceError('ERR_DATA_DIR', {
    cause,
    detail: { path, reason, advice: ADVICE[reason] },
  });
}
