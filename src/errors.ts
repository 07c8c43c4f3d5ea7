/**
 * The one error class.
 *
 * What an operator needs goes into `detail`, which never contains a secret. A `TypeError` is a bug
 * in this code; a `ServiceError` is caused from outside.
 */
import { ERROR_TABLE } from './error-table.js';

/** A code of the table. */
export type ErrorCode = keyof typeof ERROR_TABLE;

/** An error with a stable code; `message` is the public sentence, `detail` is for logs. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    options: {
      readonly cause?: unknown;
      readonly detail?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(ERROR_TABLE[code].sentence, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.detail = options.detail ?? {};
  }

  get status(): number {
    return ERROR_TABLE[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_TABLE[this.code].retryable;
  }
}

/** The code of a ServiceError, undefined for anything else. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  return error instanceof ServiceError ? error.code : undefined;
}
