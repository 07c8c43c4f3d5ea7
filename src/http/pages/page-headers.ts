/** The headers of pages. Only this file decides what a page may load and do. */
import type { PageFile } from './page-files.js';

const NO_SNIFFING = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

/** The browser revalidates every file, so that after an update no page runs with old parts. */
const ASK_AGAIN = 'no-cache';

const PERMISSIONS = [
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
  ...['camera', 'microphone', 'geolocation', 'payment', 'usb', 'display-capture'].map(
    (name) => `${name}=()`,
  ),
].join(', ');

/** Returns the content policy. Only these origins may embed the page. */
function contentPolicy(embedders: readonly string[]): string {
  const ancestors = embedders.length === 0 ? "'none'" : embedders.join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    `frame-ancestors ${ancestors}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** The headers of a response. */
export type PageHeaders = Readonly<Record<string, string>>;

/** Returns the headers of a page that these origins may embed. */
export function documentHeaders(etag: string, embedders: readonly string[]): PageHeaders {
  return {
    ...NO_SNIFFING,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': ASK_AGAIN,
    ETag: etag,
    'Content-Security-Policy': contentPolicy(embedders),
    'Permissions-Policy': PERMISSIONS,
    ...(embedders.length === 0 ? { 'X-Frame-Options': 'DENY' } : {}),
  };
}

/** Returns the headers of a page that any page may embed. */
export const embeddableHeaders = (etag: string): PageHeaders => documentHeaders(etag, ['*']);

/**
 * Returns the headers of a page that cannot be embedded, and that no window of another page can
 * reach.
 */
export const standaloneHeaders = (etag: string): PageHeaders => ({
  ...documentHeaders(etag, []),
  'Cross-Origin-Opener-Policy': 'same-origin',
});

/** Returns the headers of a file. */
export function fileHeaders({ type, etag, shared }: PageFile): PageHeaders {
  return {
    ...NO_SNIFFING,
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': ASK_AGAIN,
    ETag: etag,
    'Cross-Origin-Resource-Policy': shared ? 'cross-origin' : 'same-origin',
    ...(shared ? { 'Access-Control-Allow-Origin': '*' } : {}),
  };
}
