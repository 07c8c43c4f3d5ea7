/** Every error between an app's page and the widget: each code with its only sentence. */
export const WIDGET_ERRORS = {
  // answers of the person
  ERR_USER_REJECTED: 'The person rejected the request.',
  ERR_NOT_CONNECTED: 'No person is connected. Call connect() first.',
  ERR_ADDRESS_UNKNOWN: 'The connected person does not have this address.',
  // the handshake
  ERR_HANDSHAKE_TIMEOUT:
    'The service did not answer. Check that it is running, and that the content policy of this page allows it in frame-src.',
  ERR_HELLO_ORIGIN:
    "The service does not know this app. Its operator must add the origin of this page to the service's APP_ORIGINS.",
  ERR_HELLO_SOURCE: 'The greeting came from another window.',
  ERR_HELLO_TWICE: 'The widget is already in use.',
  ERR_HELLO_VERSION:
    'The client and the service have different protocol versions. Load the client from the service.',
  ERR_WIDGET_GONE: 'The widget was reloaded or closed before it answered.',
  // messages
  ERR_MESSAGE_MALFORMED: 'The message is malformed.',
  ERR_MESSAGE_TOO_LARGE: 'The message is larger than 64 KiB.',
  ERR_REQUEST_OPEN: 'Another request is open. Wait for its answer.',
  ERR_REQUEST_REPLAYED: 'The request number was already used.',
  ERR_REQUEST_UNKNOWN: 'This request does not exist.',
  ERR_METHOD_UNKNOWN: 'The widget does not support this method.',
  ERR_TYPED_DATA: 'Typed data cannot be signed. Use personal_sign.',
  ERR_CHAIN_UNKNOWN: 'The account is on another chain, and the service cannot switch to this one.',
  // windows
  ERR_NEEDS_POPUP: 'This browser does not allow this in a frame. Continue in a window.',
  ERR_POPUP_BLOCKED: 'The browser blocked the window. Allow windows for this site, then try again.',
  ERR_NO_OPENER: 'No app opened this page.',
  ERR_OPENER_POLICY:
    'The window was closed, or this page sends Cross-Origin-Opener-Policy: same-origin. Use same-origin-allow-popups instead.',
  // approving
  ERR_APPROVE_UNTRUSTED: 'Only a person can approve a request.',
  ERR_APPROVE_TOO_EARLY: 'That was too fast. Read the request, then approve.',
  ERR_APPROVE_UNREAD: 'There is more below. Scroll down, then approve.',
  ERR_APPROVE_MOVED: 'The window just moved. Click again.',
  ERR_APPROVE_HIDDEN: 'Something covers this window. Move it away, then click again.',
  // passkeys and wallets, as the browser reports them
  ERR_PASSKEY_CANCELED: 'The passkey was not used. Try again.',
  ERR_PASSKEY_UNSUPPORTED: 'This browser cannot use passkeys here.',
  ERR_WALLET_CANCELED: 'The wallet did not sign. Try again.',
  ERR_SERVICE_UNREACHABLE: 'The service cannot be reached. Try again.',
  ERR_WIDGET_INTERNAL: 'The widget failed unexpectedly. Try again.',
} as const;

/** A code of the widget. */
export type WidgetErrorCode = keyof typeof WIDGET_ERRORS;

/** Returns whether a code is one of the widget's. */
export const isWidgetErrorCode = (code: string): code is WidgetErrorCode =>
  Object.hasOwn(WIDGET_ERRORS, code);

/**
 * An error as a message carries it. Codes of the service (`ERR_REVIEW_…`) are passed on unchanged.
 */
export type WireError = { readonly code: string; readonly message: string };

/** Returns the error of a code with its sentence. */
export const wireError = (code: WidgetErrorCode): WireError => ({
  code,
  message: WIDGET_ERRORS[code],
});
