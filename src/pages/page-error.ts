import {
  isWidgetErrorCode,
  WIDGET_ERRORS,
  type WidgetErrorCode,
  type WireError,
} from '../wire/error-codes.js';
import { translated } from './translate.js';

/** An error with a code of the widget, or with a code and a sentence of the service. */
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

/**
 * Returns the part of an error that may be passed on. For a bug of ours, this is only a general
 * code.
 */
export function toWireError(error: unknown): WireError {
  const known = error instanceof PageError ? error : new PageError('ERR_WIDGET_INTERNAL');
  return { code: known.code, message: known.message };
}

/** Returns the code of an error. */
export const codeOf = (error: unknown): string => toWireError(error).code;

/** Returns the sentence of an error, in the language of the page. */
export const sentenceOf = (error: unknown): string => translated(toWireError(error).message);
