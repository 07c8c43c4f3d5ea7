/**
 * The widget's side of the handshake. It accepts one hello, from the window that embeds or opened
 * this one, if the service lists its origin. The browser reports the origin; the message does not
 * count. A refused page gets the reason over its own port.
 */
import { HELLO, PROTOCOL_VERSION, type WidgetMessage } from '../wire/protocol.js';
import { wireError, type WidgetErrorCode } from '../wire/error-codes.js';
import { readHello } from '../wire/read-message.js';
import type { PageSettings } from '../pages/page-settings.js';

export type Accepted = { readonly port: MessagePort; readonly appOrigin: string };

/** Returns the window of the app, or null if there is none. */
export const findAppWindow = (): Window | null =>
  window.parent === window ? (window.opener as Window | null) : window.parent;

const isHello = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === HELLO;

const say = (port: MessagePort, message: WidgetMessage): void => port.postMessage(message, []);

/** Waits for the app. Accepts only the first valid hello. */
export function acceptHello(
  { appOrigins, chainId }: PageSettings,
  onRefused: (code: WidgetErrorCode) => void,
): Promise<Accepted> {
  const appWindow = findAppWindow();
  let isAccepted = false;
  const refusalOf = ({
    data,
    source,
    origin,
  }: MessageEvent<unknown>): WidgetErrorCode | undefined => {
    if (source !== appWindow || source === null) return 'ERR_HELLO_SOURCE';
    if (!appOrigins.includes(origin)) return 'ERR_HELLO_ORIGIN';
    if (isAccepted) return 'ERR_HELLO_TWICE';
    return readHello(data)?.version === PROTOCOL_VERSION ? undefined : 'ERR_HELLO_VERSION';
  };
  return new Promise((resolve) => {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (!isHello(event.data) || port === undefined) return;
      const code = refusalOf(event);
      if (code !== undefined) {
        say(port, { type: 'refused', error: wireError(code) });
        port.close();
        if (!isAccepted) onRefused(code);
        return;
      }
      isAccepted = true;
      // The port is the only connection from here on. A page that reaches its opener could navigate
      // it.
      if (window.parent === window) window.opener = null;
      say(port, { type: 'ready', version: PROTOCOL_VERSION, chainId });
      resolve({ port, appOrigin: event.origin });
    });
  });
}
