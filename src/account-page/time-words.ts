/**
 * Shows times in the person's time zone. The exact one is in the `datetime` attribute and in the
 * tooltip.
 */
import { dateWords, daysAgo, fullWords, timeWords } from '../pages/date-words.js';
import { element } from '../pages/element.js';
import { t } from '../pages/translate.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A day as a person says it: "Today", "Yesterday", or "28 November". */
export function dayHeading(ms: number, nowMs: number): string {
  const days = daysAgo(ms, nowMs);
  if (days === 0) return t('Today');
  if (days === 1) return t('Yesterday');
  return dateWords(ms, nowMs);
}

/**
 * A past time on its own: "just now", "2 min ago", "3 h ago", "yesterday, 6:20 PM", or "28
 * November".
 */
export function agoWords(ms: number, nowMs: number): string {
  const ageMs = nowMs - ms;
  if (ageMs < MINUTE_MS) return t('just now');
  if (ageMs < HOUR_MS) return t('{count} min ago', { count: Math.floor(ageMs / MINUTE_MS) });
  const days = daysAgo(ms, nowMs);
  if (days === 0) return t('{count} h ago', { count: Math.floor(ageMs / HOUR_MS) });
  if (days === 1) return t('yesterday, {time}', { time: timeWords(ms) });
  return dayHeading(ms, nowMs);
}

/** A past time under the heading of its day: "2 min ago" today, else "6:20 PM". */
export const clockWords = (ms: number, nowMs: number): string =>
  daysAgo(ms, nowMs) === 0 ? agoWords(ms, nowMs) : timeWords(ms);

/** Returns the element of a time in the given words, or "unknown". */
export function timeOf(
  iso: string | undefined,
  words: (ms: number, nowMs: number) => string = agoWords,
): HTMLElement | string {
  const ms = Date.parse(iso ?? '');
  if (iso === undefined || Number.isNaN(ms)) return t('unknown');
  return element('time', { datetime: iso, title: fullWords(ms) }, words(ms, Date.now()));
}

/** Returns the element of a time with its date. */
export const fullTimeOf = (iso: string | undefined): HTMLElement | string =>
  timeOf(iso, (ms) => fullWords(ms));
