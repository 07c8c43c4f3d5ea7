/**
 * Checks that a browser's cookie is used only by pages of this service. A browser states the page's
 * origin in every unsafe request, and the relation between the sites in every request. Pages cannot
 * change either header.
 */
import { ServiceError } from '../errors.js';

type Headers = (name: string) => string | undefined;

/**
 * Requires our own origin, for requests that change something or set the cookie. Throws
 * ERR_ORIGIN_REFUSED.
 */
export function requireOwnOrigin(header: Headers, publicOrigin: string): void {
  if (header('origin') !== publicOrigin) throw new ServiceError('ERR_ORIGIN_REFUSED');
}

/**
 * Requires a request from the same origin, for reads, which may carry no `Origin`. Throws
 * ERR_ORIGIN_REFUSED.
 */
export function requireSameOrigin(header: Headers): void {
  if (header('sec-fetch-site') !== 'same-origin') throw new ServiceError('ERR_ORIGIN_REFUSED');
}

const BROWSER_MARKS = ['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];

/**
 * Refuses bearer tokens to pages: any page that embeds a page with a token could use it. A browser
 * sends `Origin` with each POST, and `Sec-Fetch-Site` with every request. `Sec-Fetch-Mode` alone
 * does not prove a browser, because Node's own fetch sends it. Throws ERR_BEARER_IN_BROWSER.
 */
export function refuseBrowsers(header: Headers): void {
  if (BROWSER_MARKS.some((name) => header(name) !== undefined)) {
    throw new ServiceError('ERR_BEARER_IN_BROWSER');
  }
}
