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
import { SealwrightError } from './sealwright-error.js';

const STYLE = `
dialog.sealwright { all: revert; box-sizing: border-box; position: fixed; border: 0; padding: 0; margin: auto;
  width: min(420px, 100vw); max-width: none; max-height: none; overflow: hidden; border-radius: 16px;
  background: Canvas;
  color-scheme: light dark; box-shadow: 0 0 0 1px rgb(128 128 128 / 40%), 0 12px 48px rgb(0 0 0 / 35%); }
dialog.sealwright iframe { display: block; border: 0; width: 100%; height: 100%; color-scheme: light dark; }
dialog.sealwright::backdrop { background: rgb(10 14 20 / 55%); }
dialog.sealwright[data-place=front] { inset: 8dvh 0 auto 0; margin: 0 auto; }
dialog.sealwright[data-place=corner] { inset: auto 16px 16px auto; margin: 0; width: min(360px, calc(100vw - 32px));
  border-radius: 12px; z-index: 2147483000; }
dialog.sealwright[data-place=hidden] { inset: 0 auto auto 0; margin: 0; visibility: hidden; pointer-events: none; }
@media (max-width: 480px) {
  dialog.sealwright[data-place=front] { inset: auto 0 0 0; margin: 0; border-radius: 16px 16px 0 0; }
  dialog.sealwright[data-place=corner] { inset: auto 8px 8px 8px; width: calc(100vw - 16px); }
}
@media (max-height: 480px) and (min-width: 560px) {
  dialog.sealwright[data-place=front] { inset: 6px 0 auto 0; width: calc(100vw - 24px); }
}
@media (forced-colors: active) { dialog.sealwright { outline: 2px solid CanvasText; } }
`;

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
    frame.src = `${service}/widget/`;
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

let isStyled = false;

/** A constructed style sheet is allowed by a strict style policy of the app. */
function addStyle(): void {
  if (isStyled) return;
  isStyled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
