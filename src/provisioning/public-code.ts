import { ServiceError } from '../errors.js';

/**
 * Returns the public code of a failed bootstrap, `tinycloud_bootstrap_…`, and whether a later
 * attempt may succeed.
 */
export function publicCodeOf(error: unknown): {
  readonly code: string;
  readonly retryable: boolean;
} {
  if (!(error instanceof ServiceError)) {
    return { code: 'tinycloud_bootstrap_internal', retryable: true };
  }
  const name = error.code.replace(/^ERR_(?:BOOTSTRAP_)?/, '').toLowerCase();
  return { code: `tinycloud_bootstrap_${name}`, retryable: error.retryable };
}
