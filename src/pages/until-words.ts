import { dateWords, dayOfMonth, daysAgo, timeWords } from './date-words.js';
import { LANGUAGE, t } from './translate.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const inUnit = (count: number, unit: 'minute' | 'hour' | 'day'): string =>
  new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit, unitDisplay: 'long' }).format(count);

/** A duration in the largest unit that fits: minutes, hours, or days. */
export function durationWords(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 60) return inUnit(Math.max(1, minutes), 'minute');
  const hours = Math.round(ms / HOUR_MS);
  if (ms < 2 * DAY_MS - HOUR_MS && hours !== 24) return inUnit(hours, 'hour');
  return inUnit(Math.round(ms / DAY_MS), 'day');
}

/** Below this, "1 minute" would be wrong by more than half. */
const SHORT_MS = 45_000;

/** When something is expected to be ready: "ready in about 6 minutes". */
export function expectedWords(expectedAt: string, nowMs: number): string {
  const ms = Date.parse(expectedAt) - nowMs;
  if (!(ms > 0)) return t('ready soon');
  if (ms < SHORT_MS) return t('ready in less than a minute');
  return t('ready in about {duration}', { duration: durationWords(ms) });
}

/** A time as a person says it today: "2:34 PM", "tomorrow, 2:34 PM", or "8 December". */
export function momentWords(ms: number, nowMs: number): string {
  const time = timeWords(ms);
  const days = daysAgo(ms, nowMs);
  if (days === 0) return time;
  if (days === -1) return t('tomorrow, {time}', { time });
  return dateWords(ms, nowMs);
}

/** A day in the past as a person says it: "earlier today", "yesterday", or "on 21 November". */
export function dayWords(ms: number, nowMs: number): string {
  const days = daysAgo(ms, nowMs);
  if (days <= 0) return t('earlier today');
  if (days === 1) return t('yesterday');
  return t('on {day}', { day: dayOfMonth(ms) });
}

/** An end that is nearer than this is when clocks show its time next, also after midnight. */
const NEAR_MS = 12 * HOUR_MS;

/** The time of an end that is told with its duration: a day beside it helps only if it is far. */
function endWords(endMs: number, nowMs: number): string {
  const leftMs = endMs - nowMs;
  return leftMs >= 0 && leftMs < NEAR_MS ? timeWords(endMs) : momentWords(endMs, nowMs);
}

/** From when and until when a request holds: "until 2:34 PM (1 hour)". */
export function periodWords(
  { notBefore, expirationTime }: { readonly notBefore?: string; readonly expirationTime?: string },
  nowMs: number,
): string {
  const startMs = notBefore === undefined ? undefined : Date.parse(notBefore);
  const from =
    startMs === undefined ? [] : [t('from {time}', { time: momentWords(startMs, nowMs) })];
  if (expirationTime === undefined) return from.join('');
  const endMs = Date.parse(expirationTime);
  const until = t('until {time} ({duration})', {
    time: endWords(endMs, nowMs),
    duration: durationWords(endMs - Math.max(nowMs, startMs ?? nowMs)),
  });
  return [...from, until].join(' ');
}
