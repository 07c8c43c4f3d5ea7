/**
 * Who may use the cookie of a browser: pages of this service, and no other. A browser names the page's origin with every
 * unsafe request, and says of every request where it comes from; both are out of reach for a page.
 */
import { ServiceError } from '../errors.js';

type Headers = (name: string) => string | undefined;

/** For requests that change something, or that set the cookie. Throws ERR_ORIGIN_REFUSED. */
export function requireOwnOrigin(header: Headers, publicOrigin: string): void {
  if (header('origin') !== publicOrigin) throw new ServiceError('ERR_ORIGIN_REFUSED');
}

/** For reading requests, which need not name an origin. Throws ERR_ORIGIN_REFUSED. */
export function requireSameOrigin(header: Headers): void {
  if (header('sec-fetch-site') !== 'same-origin') throw new ServiceError('ERR_ORIGIN_REFUSED');
}

const BROWSER_MARKS = ['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];

/**
 * A page must never hold a bearer token: whoever embeds it could use it. A browser sends `Origin` with each POST, and
 * `Sec-Fetch-Site` with everything. `Sec-Fetch-Mode` alone is no browser: Node's own fetch sends it. Throws
 * ERR_BEARER_IN_BROWSER.
 */
export function refuseBrowsers(header: Headers): void {
  if (BROWSER_MARKS.some((name) => header(name) !== undefined)) {
    throw new ServiceError('ERR_BEARER_IN_BROWSER');
  }
}
