import { showDialog } from './in-page-dialog.js';

/**
 * Tells the person, and the developer beside them, that the service does not list this app. The
 * error that the app receives says the same.
 */
export function showRefusal(service: string): void {
  const close = showDialog({
    title: 'This app cannot sign you in yet',
    text: `${new URL(service).host} does not know this app. The operator of the service must add ${location.origin} to APP_ORIGINS.`,
    buttons: [{ text: 'Close', onPress: () => close() }],
    onCancel: () => close(),
  });
}
