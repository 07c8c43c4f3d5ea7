import { isWidgetErrorCode, WIDGET_ERRORS, type WidgetErrorCode } from '../wire/error-codes.js';

/** What goes wrong has a stable code: one of the widget's (`WidgetErrorCode`), or one of the service's. */
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
