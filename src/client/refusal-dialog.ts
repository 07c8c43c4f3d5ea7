import { dialogTexts } from './dialog-texts.js';
import { showDialog } from './in-page-dialog.js';

/**
 * Tells the person, and the developer beside them, that the service does not list this app. The
 * error that the app receives says the same.
 */
export function showRefusal(service: string): void {
  const texts = dialogTexts();
  const close = showDialog({
    title: texts.refusedTitle,
    text: texts.refusedText(new URL(service).host, location.origin),
    buttons: [{ text: texts.close, onPress: () => close() }],
    onCancel: () => close(),
  });
}
