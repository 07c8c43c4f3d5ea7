/**
 * Shows times to the minute in the person's time zone. The exact time is in the `datetime`
 * attribute.
 */
import { element } from '../pages/element.js';

const WORDS = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** Returns the element of a time, or "unknown". */
export function timeOf(iso: string | undefined): HTMLElement | string {
  const ms = Date.parse(iso ?? '');
  if (iso === undefined || Number.isNaN(ms)) return 'unknown';
  return element('time', { datetime: iso }, WORDS.format(ms));
}
