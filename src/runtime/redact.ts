/**
 * The second protection of the logs: replaces everything in a text that looks like a secret. The
 * first is the list of fields in logger.ts.
 */
const LOOKS_SECRET: readonly RegExp[] = [
  /swt_[A-Za-z0-9_-]*/g,
  /eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){1,2}/g,
  /[A-Za-z0-9+/_-]{43,}={0,2}/g,
];

const MAX_LENGTH = 256;

/**
 * Returns the text without anything that looks like a key, token or signature, cut to 256
 * characters.
 */
export function redact(text: string): string {
  const clean = LOOKS_SECRET.reduce((rest, pattern) => rest.replace(pattern, '[redacted]'), text);
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
}
