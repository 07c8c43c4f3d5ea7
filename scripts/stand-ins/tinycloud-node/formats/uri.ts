const PCHAR = String.raw`(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})`;
const SHAPE = new RegExp(
  String.raw`^([A-Za-z][A-Za-z0-9+.\-]*):` +
    String.raw`(//(?:[A-Za-z0-9\-._~!$&'()*+,;=:@\[\]]|%[0-9A-Fa-f]{2})*(?=/|\?|#|$))?` +
    String.raw`((?:${PCHAR}|/)*)` +
    String.raw`(?:\?((?:${PCHAR}|[/?])*))?(?:#((?:${PCHAR}|[/?])*))?$`,
);

export type Uri = {
  readonly text: string;
  readonly scheme: string;
  readonly authority?: string;
  readonly path: string;
  readonly query?: string;
  readonly fragment?: string;
};

/** Parses an absolute URI (RFC 3986). Returns undefined for any other text. */
export function parseUri(text: string): Uri | undefined {
  const found = SHAPE.exec(text);
  if (found === null) return undefined;
  const [, scheme = '', authority, path = '', query, fragment] = found;
  return {
    text,
    scheme,
    path,
    ...(authority === undefined ? {} : { authority: authority.slice(2) }),
    ...(query === undefined ? {} : { query }),
    ...(fragment === undefined ? {} : { fragment }),
  };
}

/** Returns whether the URI is in the normal form of RFC 3986, 6.2.2. */
export function isNormalizedUri(uri: Uri): boolean {
  if (uri.scheme !== uri.scheme.toLowerCase()) return false;
  if (uri.path.split('/').some((segment) => segment === '.' || segment === '..')) return false;
  for (const [triplet] of uri.text.matchAll(/%[0-9A-Fa-f]{2}/g)) {
    if (triplet !== triplet.toUpperCase()) return false;
    const char = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    if (/[A-Za-z0-9\-._~]/.test(char)) return false;
  }
  return true;
}
