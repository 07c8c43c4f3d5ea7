import { Refusal } from '../refusal.js';

/**
 * One part of `multipart/form-data` (RFC 7578): its field name as written, its other headers, its
 * bytes.
 */
export type Part = {
  readonly name: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** Returns the boundary of a content type. */
export function parseBoundary(contentType: string): string {
  const found = /;\s*boundary=(?:"([^"]*)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined || boundary === '') {
    throw new Refusal(400, 'multipart boundary not found in Content-Type');
  }
  return boundary;
}

/**
 * Yields the parts one by one, so that an error in an early part is found before later parts are
 * parsed.
 */
export function* readParts(body: Uint8Array, boundary: string): Generator<Part> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`--${boundary}`);
  let at = bytes.indexOf(delimiter);
  for (;;) {
    if (at === -1) throw incomplete();
    at += delimiter.length;
    if (bytes.subarray(at, at + 2).equals(Buffer.from('--'))) return;
    if (!bytes.subarray(at, at + 2).equals(Buffer.from('\r\n'))) throw incomplete();
    const headersEnd = bytes.indexOf('\r\n\r\n', at);
    if (headersEnd === -1) throw new Refusal(400, 'failed to read field complete headers');
    const part = readHeaders(bytes.subarray(at + 2, headersEnd).toString('latin1'));
    const next = bytes.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), headersEnd + 2);
    if (next === -1) {
      const name = JSON.stringify(part.name ?? '<unknown>');
      throw new Refusal(400, `field ${name} received with incomplete data`);
    }
    const from = Math.min(headersEnd + 4, next);
    yield { ...part, body: new Uint8Array(bytes.subarray(from, next)) };
    at = next + 2;
  }
}

function incomplete(): Refusal {
  return new Refusal(400, 'incomplete multipart stream');
}

function readHeaders(text: string): Omit<Part, 'body'> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const disposition = headers['content-disposition'] ?? '';
  const found = /(?:^|[;\s])name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition);
  const quoted = found?.[1]?.replaceAll(/\\(.)/g, '$1');
  return { name: quoted ?? found?.[2], headers };
}
