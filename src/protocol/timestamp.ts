const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/;

/**
 * Returns the number of days of a month (1 to 12) in the proleptic Gregorian calendar. Day 0 of the
 * next month is the last day of this one.
 */
function daysOf(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

/**
 * Returns whether the text is an RFC 3339 timestamp with upper-case `T` and `Z` and a date that
 * exists. `Date.parse` alone would read February 31 as March 3. Leap seconds are rejected because
 * no clock of the service can represent them.
 */
export function isTimestamp(text: string): boolean {
  const match = FORM.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ...offset] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const [offsetHour = 0, offsetMinute = 0] = offset;
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysOf(year, month) &&
    [hour, offsetHour].every((value) => value < 24) &&
    [minute, second, offsetMinute].every((value) => value < 60)
  );
}

/** Formats milliseconds since 1970 as an RFC 3339 timestamp in UTC with milliseconds. */
export const timestampOf = (ms: number): string => new Date(ms).toISOString();
