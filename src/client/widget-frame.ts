/**
 * The frame of the widget in the app's page: a dialog that is in front, in a corner, or hidden.
 * While it is hidden, it stays in the page with its layout, so that its height is known before it
 * appears.
 *
 * In front, it is fixed at its upper edge, so that it does not move under the pointer when it
 * grows. No part of it is transparent or rotated, because the browser could then not prove that
 * the frame is visible. Round corners do not affect this.
 */
import type { Layout } from '../wire/protocol.js';
import { addStyle } from './dialog-style.js';
import { SealwrightError } from './sealwright-error.js';

/** In front, a screen that is still empty keeps this height. */
const LEAST_HEIGHT = 120;

/** The widget's frame in a page. */
export class WidgetFrame {
  readonly #dialog = document.createElement('dialog');
  readonly #frame = document.createElement('iframe');
  #previous: Element | null = null;

  /**
   * `cancel` is called when the person closes the frame, `reload` when it loads another document
   * than the greeted one.
   */
  constructor(service: string, on: { readonly cancel: () => void; readonly reload: () => void }) {
    addStyle();
    const frame = this.#frame;
    frame.allow = `publickey-credentials-get ${service}; publickey-credentials-create ${service}`;
    frame.title = 'Sealwright';
    frame.referrerPolicy = 'no-referrer';
    // The service answers an origin that it does not list with a page that says so.
    frame.src = `${service}/widget/?app=${encodeURIComponent(location.origin)}`;
    this.#dialog.className = 'sealwright';
    this.#dialog.ariaLabel = 'Sealwright';
    this.#dialog.append(frame);
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      on.cancel();
    });
    let loads = 0;
    frame.addEventListener('load', () => {
      loads += 1;
      if (loads > 1) on.reload();
    });
    document.body.append(this.#dialog);
    this.place({ place: 'hidden', height: LEAST_HEIGHT });
  }

  /**
   * Resolves to the window in the frame after a document has loaded. Rejects ERR_HANDSHAKE_TIMEOUT.
   */
  loaded(deadlineMs: number): Promise<Window> {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new SealwrightError('ERR_HANDSHAKE_TIMEOUT')), deadlineMs);
      this.#frame.addEventListener(
        'load',
        () => {
          const { contentWindow } = this.#frame;
          if (contentWindow === null) reject(new SealwrightError('ERR_WIDGET_GONE'));
          else resolve(contentWindow);
        },
        { once: true },
      );
    });
  }

  place({ place, height }: Layout): void {
    const dialog = this.#dialog;
    const wanted = place === 'corner' ? height : Math.max(height, LEAST_HEIGHT);
    dialog.style.height = `min(${wanted}px, calc(92dvh - 12px))`;
    if (dialog.dataset['place'] === place && dialog.open) return;
    const wasFront = dialog.dataset['place'] === 'front';
    if (dialog.open) dialog.close();
    dialog.dataset['place'] = place;
    dialog.inert = place === 'hidden';
    if (place === 'front') {
      this.#previous = document.activeElement;
      dialog.showModal();
      this.#frame.focus();
      return;
    }
    // `show()` would take the focus from the page.
    dialog.open = true;
    if (wasFront && this.#previous instanceof HTMLElement) this.#previous.focus();
  }

  remove(): void {
    this.#dialog.remove();
  }
}
