import type { StoreFault } from '../../accounts/state-store.js';

const FAULTS: ReadonlyMap<unknown, StoreFault> = new Map<unknown, StoreFault>([
  ['ENOSPC', 'no-space'],
  ['EDQUOT', 'no-space'],
  ['EFBIG', 'no-space'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['EIO', 'io-error'],
  ['EMFILE', 'no-descriptors'],
  ['ENFILE', 'no-descriptors'],
]);

/** Returns what an error of a file operation says of the volume. */
export const faultOf = (error: unknown): StoreFault =>
  (error instanceof Error && 'code' in error ? FAULTS.get(error.code) : undefined) ?? 'unavailable';
