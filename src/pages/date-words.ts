/**
 * Dates and times in the language of the page. Where the browser has that language too, they have
 * the form of the person's region: "28 November" or "November 28".
 */
import { localeFor } from './locale-for.js';
import { LANGUAGE } from './translate.js';

/** The locale in which the page writes dates and numbers. */
export const LOCALE = localeFor(LANGUAGE, new Intl.DateTimeFormat().resolvedOptions().locale);

const FULL = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeStyle: 'short' });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long' });
const DAY_OF_YEAR = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** A date with its time: "28 November 2026 at 14:34". */
export const fullWords = (ms: number): string => FULL.format(ms);

/** A time of a day: "2:34 PM". */
export const timeWords = (ms: number): string => TIME.format(ms);

/** A day without its year: "28 November". */
export const dayOfMonth = (ms: number): string => DAY.format(ms);

/** A day: "28 November", with its year if that is not this one. */
export function dateWords(ms: number, nowMs: number): string {
  const isThisYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  return isThisYear ? DAY.format(ms) : DAY_OF_YEAR.format(ms);
}

const DAY_MS = 86_400_000;

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** The number of days from the day of a time to today. It is negative for a day to come. */
export const daysAgo = (ms: number, nowMs: number): number =>
  Math.round((startOfDay(nowMs) - startOfDay(ms)) / DAY_MS);
