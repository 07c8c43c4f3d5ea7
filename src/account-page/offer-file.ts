/**
 * Offers a text as a file. The text is fetched before, so that an error response is never saved in
 * its place.
 */
import { element } from '../pages/element.js';

/** The browser follows the link only after this turn, so the URL is revoked later. */
const REVOKE_MS = 10_000;

/** Downloads a text as a file. */
export function offerFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = element('a', { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}
