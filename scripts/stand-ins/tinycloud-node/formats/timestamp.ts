const RFC3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Returns nanoseconds since 1970, the unit in which all times of a chain are compared. */
export function parseTimestamp(text: string): bigint | undefined {
  const found = RFC3339.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const [offsetHour, offsetMinute] = [Number(found[9] ?? 0), Number(found[10] ?? 0)];
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (offsetHour > 23 || offsetMinute > 59) return undefined;
  const leap = second === 60 ? 59 : Number(second);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), leap);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    return undefined;
  }
  const offsetMs = (offsetHour * 60 + offsetMinute) * 60_000 * (found[8] === '-' ? -1 : 1);
  const fraction = BigInt((found[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return BigInt(date.getTime() - offsetMs) * 1_000_000n + fraction;
}

/** Returns RFC 3339 in UTC, without trailing zeros in the fraction. */
export function writeTimestamp(ns: bigint): string {
  const seconds = ns / 1_000_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Converts the seconds of a token, possibly with a fraction, to nanoseconds. */
export function secondsToNs(seconds: number): bigint {
  const whole = Math.floor(seconds);
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.round((seconds - whole) * 1e9));
}

export function msToNs(ms: number): bigint {
  return secondsToNs(ms / 1000);
}
