/**
 * Opens a window of the service, for browsers that allow no passkeys or no storage in a frame. A
 * window opens only after a click.
 */
import { SealwrightError } from './sealwright-error.js';

const SIZE = 'popup,width=440,height=720';

/**
 * Opens the window, after asking for a click if the browser requires one. Rejects ERR_POPUP_BLOCKED
 * or ERR_USER_REJECTED.
 */
export async function openPopup(service: string): Promise<Window> {
  if (navigator.userActivation.isActive) {
    const opened = open(service);
    if (opened !== undefined) return opened;
  }
  return askForClick(service);
}

function open(service: string): Window | undefined {
  // The window keeps its opener, because the widget answers only the opener. It releases it after
  // the handshake.
  return window.open(`${service}/widget/?window=own`, '_blank', SIZE) ?? undefined;
}

function askForClick(service: string): Promise<Window> {
  const dialog = document.createElement('dialog');
  dialog.className = 'sealwright-ask';
  dialog.style.cssText =
    'max-width: 340px; padding: 24px; border: 0; font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark';
  const text = document.createElement('p');
  text.textContent = 'Sealwright continues in a separate window.';
  text.style.margin = '0 0 16px';
  const go = button('Continue');
  const cancel = button('Cancel');
  cancel.style.marginLeft = '8px';
  dialog.append(text, go, cancel);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise<Window>((resolve, reject) => {
    go.addEventListener('click', () => {
      const opened = open(service);
      if (opened === undefined) reject(new SealwrightError('ERR_POPUP_BLOCKED'));
      else resolve(opened);
    });
    const refuse = (): void => reject(new SealwrightError('ERR_USER_REJECTED'));
    cancel.addEventListener('click', refuse);
    dialog.addEventListener('cancel', refuse);
  }).finally(() => dialog.remove());
}

function button(text: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.style.cssText = 'font: inherit; padding: 8px 16px; cursor: pointer';
  return made;
}
