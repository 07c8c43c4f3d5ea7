import type { IncomingHttpHeaders } from 'node:http';

const STORED = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
]);

/** Returns whether a header is stored with a value and returned on reads. */
export function isStoredHeader(name: string): boolean {
  return STORED.has(name) || name.startsWith('x-tinycloud-meta-');
}

export function pickStoredHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !isStoredHeader(name)) continue;
    out[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return out;
}
