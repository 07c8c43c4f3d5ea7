import {
  isWidgetErrorCode,
  WIDGET_ERRORS,
  type WidgetErrorCode,
  type WireError,
} from '../wire/error-codes.js';

/** Codes of the widget, and codes of the service with the service's own sentence. */
export class PageError extends Error {
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(code: WidgetErrorCode);
  constructor(code: string, message: string, retryAfterMs?: number);
  constructor(code: string, message?: string, retryAfterMs?: number) {
    super(message ?? (isWidgetErrorCode(code) ? WIDGET_ERRORS[code] : code));
    this.name = 'PageError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What of an error goes on: of one that is a bug of ours, nothing. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof PageError ? error : new PageError('ERR_WIDGET_INTERNAL');
  return { code: known.code, message: known.message };
}

export const codeOf = (error: unknown): string => toWireError(error).code;
