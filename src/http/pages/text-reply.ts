/** Answers with a text that does not depend on the caller, compressed and validated by its tag. */
import { gzipSync } from 'node:zlib';
import { ServiceError } from '../../errors.js';
import { acceptsGzip } from '../accepts-gzip.js';
import type { RouteReply } from '../route.js';
import type { PageHeaders } from './page-headers.js';

/** A text with its validator and its headers. */
export type ServedText = {
  readonly text: string;
  readonly etag: string;
  readonly headers: PageHeaders;
};

/** Refuses the script of a service worker, which could control a page long after it was served. */
function refuseServiceWorker(header: (name: string) => string | undefined): void {
  if (header('service-worker') !== undefined) throw new ServiceError('ERR_SERVICE_WORKER');
}

const isKnown = (condition: string | undefined, etag: string): boolean =>
  (condition ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);

/** Answers a request with the prepared text. Throws ERR_SERVICE_WORKER. */
export type ServeText = (header: (name: string) => string | undefined) => RouteReply;

/** Prepares a text, which is compressed once, for the first request that accepts it. */
export function textReply({ text, etag, headers }: ServedText): ServeText {
  let gzipped: Buffer | undefined;
  // One weak tag for both encodings, which are the same text.
  const vary = [headers['Vary'] ?? [], 'Accept-Encoding'].flat().join(', ');
  const plain = { ...headers, ETag: `W/${etag}`, Vary: vary };
  const packed = { ...plain, 'Content-Encoding': 'gzip' };
  return (header) => {
    refuseServiceWorker(header);
    if (isKnown(header('if-none-match'), etag)) return { status: 304, headers: plain };
    return acceptsGzip(header('accept-encoding'))
      ? { status: 200, body: (gzipped ??= gzipSync(text)), headers: packed }
      : { status: 200, body: text, headers: plain };
  };
}
