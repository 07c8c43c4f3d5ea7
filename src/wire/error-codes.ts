/** What can go wrong between an app's page and the widget: code to the one sentence that is said of it. */
export const WIDGET_ERRORS = {
  // the person
  ERR_USER_REJECTED: 'The person said no.',
  ERR_NOT_CONNECTED: 'Nobody is signed in.',
  ERR_ADDRESS_UNKNOWN: 'The person who is signed in does not have this address.',
  // the handshake
  ERR_HANDSHAKE_TIMEOUT: 'The service did not answer. Is this page one of its APP_ORIGINS?',
  ERR_HELLO_ORIGIN: 'This page may not use the service.',
  ERR_HELLO_SOURCE: 'The greeting came from another window.',
  ERR_HELLO_TWICE: 'The widget is in use already.',
  ERR_HELLO_VERSION: 'The widget speaks another version of the protocol.',
  ERR_WIDGET_GONE: 'The widget was reloaded or closed before it answered.',
  // messages
  ERR_MESSAGE_MALFORMED: 'The message is malformed.',
  ERR_MESSAGE_TOO_LARGE: 'The message is larger than 64 KiB.',
  ERR_REQUEST_OPEN: 'Another request is open.',
  ERR_REQUEST_REPLAYED: 'The number of the request was used before.',
  ERR_REQUEST_UNKNOWN: 'There is no such request.',
  ERR_METHOD_UNKNOWN: 'The widget does not know this method.',
  ERR_TYPED_DATA: 'Typed data is not signed here: use personal_sign.',
  // windows
  ERR_NEEDS_POPUP: 'The browser does not allow this in a frame: a window of its own is needed.',
  ERR_POPUP_BLOCKED: 'The browser did not open a window.',
  ERR_NO_OPENER: 'The page was not opened by an app.',
  // approving
  ERR_APPROVE_UNTRUSTED: 'Only a person can approve.',
  ERR_APPROVE_TOO_EARLY: 'Too fast. Please read, then approve.',
  ERR_APPROVE_MOVED: 'The window just moved. Please click again.',
  ERR_APPROVE_HIDDEN: 'Something covers this window.',
  // passkeys and wallets, as the browser reports them
  ERR_PASSKEY_CANCELED: 'The passkey was not used. You can try again.',
  ERR_PASSKEY_UNSUPPORTED: 'This browser can not use passkeys here.',
  ERR_WALLET_CANCELED: 'The wallet did not sign. You can try again.',
  ERR_SERVICE_UNREACHABLE: 'The service can not be reached. You can try again.',
  ERR_WIDGET_INTERNAL: 'Something went wrong in the widget.',
} as const;

export type WidgetErrorCode = keyof typeof WIDGET_ERRORS;

export const isWidgetErrorCode = (code: string): code is WidgetErrorCode =>
  Object.hasOwn(WIDGET_ERRORS, code);

/** An error as it crosses: codes of the service (`ERR_REVIEW_…`) come through as they are. */
export type WireError = { readonly code: string; readonly message: string };

export const wireError = (code: WidgetErrorCode): WireError => ({
  code,
  message: WIDGET_ERRORS[code],
});
