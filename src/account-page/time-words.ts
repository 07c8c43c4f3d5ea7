/** Times for people: the day and the minute, in their own time zone; machines find the exact one. */
import { element } from '../pages/element.js';

const WORDS = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export function timeOf(iso: string | undefined): HTMLElement | string {
  const ms = Date.parse(iso ?? '');
  if (iso === undefined || Number.isNaN(ms)) return 'unknown';
  return element('time', { datetime: iso }, WORDS.format(ms));
}
