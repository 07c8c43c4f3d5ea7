const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** A duration in the largest unit that fits: minutes, hours, or days. */
export function durationWords(ms: number): string {
  if (Math.round(ms / MINUTE_MS) < 60)
    return plural(Math.max(1, Math.round(ms / MINUTE_MS)), 'minute');
  if (ms < 2 * DAY_MS - HOUR_MS && Math.round(ms / HOUR_MS) !== 24) {
    return plural(Math.round(ms / HOUR_MS), 'hour');
  }
  return plural(Math.round(ms / DAY_MS), 'day');
}

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** A time as a person says it today: "2:34 PM", "tomorrow, 2:34 PM", or "8 December". */
export function momentWords(ms: number, nowMs: number): string {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(ms);
  const days = Math.round((startOfDay(ms) - startOfDay(nowMs)) / DAY_MS);
  if (days === 0) return time;
  if (days === 1) return `tomorrow, ${time}`;
  const isThisYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(ms);
}

/** A day in the past as a person says it: "earlier today", "yesterday", or "on 21 November". */
export function dayWords(ms: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(ms)) / DAY_MS);
  if (days <= 0) return 'earlier today';
  if (days === 1) return 'yesterday';
  return `on ${new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' }).format(ms)}`;
}

/** From when and until when a request holds: "until 2:34 PM (1 hour)". */
export function periodWords(
  { notBefore, expirationTime }: { readonly notBefore?: string; readonly expirationTime?: string },
  nowMs: number,
): string {
  const startMs = notBefore === undefined ? undefined : Date.parse(notBefore);
  const from = startMs === undefined ? '' : `from ${momentWords(startMs, nowMs)} `;
  if (expirationTime === undefined) return from.trimEnd();
  const endMs = Date.parse(expirationTime);
  return `${from}until ${momentWords(endMs, nowMs)} (${durationWords(endMs - Math.max(nowMs, startMs ?? nowMs))})`;
}
