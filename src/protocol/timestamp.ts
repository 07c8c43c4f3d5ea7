const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/;

/** Months of the proleptic Gregorian calendar; day 0 of the next month is the last of this one. */
function daysOf(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

/**
 * Whether the text is a time stamp of RFC 3339 with upper-case `T` and `Z` that exists in the calendar. `Date.parse` alone
 * reads February 31 as March 3. A leap second is refused: no clock here could be compared with it.
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
