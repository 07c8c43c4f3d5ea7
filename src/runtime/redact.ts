/**
 * The second net under the logger: whatever looks like a secret in a text is replaced. The first net is that only fields
 * on a list are written at all.
 */
const LOOKS_SECRET: readonly RegExp[] = [
  /swt_[A-Za-z0-9_-]*/g,
  /eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){1,2}/g,
  /[A-Za-z0-9+/_-]{43,}={0,2}/g,
];

const MAX_LENGTH = 256;

/** The text without what looks like a key, token or signature, at most 256 characters. */
export function redact(text: string): string {
  const clean = LOOKS_SECRET.reduce((rest, pattern) => rest.replace(pattern, '[redacted]'), text);
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
}
