/** Hands a text over as a file. The text was fetched before: an answer that is an error is never saved in its place. */
import { element } from '../pages/element.js';

/** The address is of no use after it was followed, but the browser follows it only after this turn. */
const REVOKE_MS = 10_000;

export function offerFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = element('a', { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}
