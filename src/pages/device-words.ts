/** Names the browser and the system of this page, so that a person recognizes a passkey later. */

/** Browsers by a part of their user agent. Each one's comes before those that it also contains. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;

const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['Chromebook', /\bCrOS\b/],
  ['Mac', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\bLinux\b/],
] as const;

const nameIn = (
  names: readonly (readonly [string, RegExp])[],
  userAgent: string,
): string | undefined => names.find(([, pattern]) => pattern.test(userAgent))?.[0];

/** Returns a browser and its system: "Chrome on Mac". */
export function deviceWords(userAgent: string): string {
  const browser = nameIn(BROWSERS, userAgent) ?? 'Browser';
  const system = nameIn(SYSTEMS, userAgent);
  return system === undefined ? browser : `${browser} on ${system}`;
}

/** Returns the name that a new passkey is given: "Chrome on Mac, 28 Nov 2026". */
export function passkeyName(userAgent: string, nowMs: number): string {
  const date = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(nowMs);
  return `${deviceWords(userAgent)}, ${date}`;
}
