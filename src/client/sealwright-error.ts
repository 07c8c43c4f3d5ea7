import { isWidgetErrorCode, WIDGET_ERRORS, type WidgetErrorCode } from '../wire/error-codes.js';

/**
 * An error of the client with a stable code of the widget (`WidgetErrorCode`) or of the service.
 */
export class SealwrightError extends Error {
  readonly code: string;

  constructor(code: WidgetErrorCode);
  constructor(code: string, message: string);
  constructor(code: string, message?: string) {
    super(message ?? (isWidgetErrorCode(code) ? WIDGET_ERRORS[code] : code));
    this.name = 'SealwrightError';
    this.code = code;
  }
}

/** Returns whether an error is one of the client's with this code. */
export const hasCode = (error: unknown, code: WidgetErrorCode): boolean =>
  error instanceof SealwrightError && error.code === code;
