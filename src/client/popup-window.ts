/**
 * Opens a window of the service, for browsers that allow no passkeys or no storage in a frame. A
 * window opens only after a click.
 */
import { dialogTexts } from './dialog-texts.js';
import { showDialog } from './in-page-dialog.js';
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
  let close = (): void => undefined;
  return new Promise<Window>((resolve, reject) => {
    const refuse = (): void => reject(new SealwrightError('ERR_USER_REJECTED'));
    const proceed = (): void => {
      const opened = open(service);
      if (opened === undefined) reject(new SealwrightError('ERR_POPUP_BLOCKED'));
      else resolve(opened);
    };
    const texts = dialogTexts();
    close = showDialog({
      title: texts.continueTitle,
      text: texts.continueText(new URL(service).host),
      buttons: [
        { text: texts.openWindow, onPress: proceed },
        { text: texts.cancel, onPress: refuse },
      ],
      onCancel: refuse,
    });
  }).finally(() => close());
}
