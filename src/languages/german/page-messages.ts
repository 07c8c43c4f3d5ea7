import { ACCESS } from './account-access.js';
import { ADVANCED } from './account-advanced.js';
import { OVERVIEW } from './account-overview.js';
import { REVIEW } from './review.js';
import { WIDGET } from './widget.js';
import { ERRORS } from './widget-errors.js';

/** The messages of the widget in German, by the English sentence. */
export const WIDGET_MESSAGES = { ...WIDGET, ...ERRORS, ...REVIEW } as const;

/** The messages of the account page in German, by the English sentence. */
export const ACCOUNT_MESSAGES = {
  ...WIDGET,
  ...ERRORS,
  ...OVERVIEW,
  ...ACCESS,
  ...ADVANCED,
} as const;

/** The messages that pages can show. */
export type Message = keyof typeof WIDGET_MESSAGES | keyof typeof ACCOUNT_MESSAGES;
