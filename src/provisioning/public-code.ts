import { ServiceError } from '../errors.js';

/** The code of a failed bootstrap as callers see it, `tinycloud_bootstrap_…`, and whether it may succeed later. */
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
