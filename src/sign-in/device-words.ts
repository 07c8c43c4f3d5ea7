/**
 * Names the browser and the system of a request by its User-Agent header (RFC 9110, section
 * 10.1.5), so that a person recognizes their devices. The result consists only of words from the
 * tables below, and the header itself is never stored.
 *
 * Browsers name their ancestors as well, so the first entry that matches is the most specific one.
 */

/** Only the beginning of a header is read. */
const MAX_HEADER_LENGTH = 512;

type Words = readonly (readonly [pattern: RegExp, word: string])[];

const BROWSERS: Words = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const SYSTEMS: Words = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\b(?:Macintosh|Mac OS X)\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

const wordOf = (words: Words, text: string): string | undefined =>
  words.find(([pattern]) => pattern.test(text))?.[1];

/**
 * Returns the browser and the system, such as "Firefox on Windows", or undefined if neither is
 * known.
 */
export function describeDevice(userAgent: string | undefined): string | undefined {
  const text = (userAgent ?? '').slice(0, MAX_HEADER_LENGTH);
  const browser = wordOf(BROWSERS, text);
  const system = wordOf(SYSTEMS, text);
  if (browser === undefined) return system;
  return system === undefined ? browser : `${browser} on ${system}`;
}
