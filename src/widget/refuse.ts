/**
 * The script of the page that an app gets in its frame if the service does not list its origin. It
 * answers the greeting with the reason, and does nothing else: the page uses no session and no
 * storage.
 */
import { wireError } from '../wire/error-codes.js';
import { HELLO, type WidgetMessage } from '../wire/protocol.js';
import { isFields } from '../wire/read-message.js';

const refusal: WidgetMessage = { type: 'refused', error: wireError('ERR_HELLO_ORIGIN') };

window.addEventListener('message', ({ data, ports: [port] }: MessageEvent<unknown>) => {
  if (!isFields(data) || data['type'] !== HELLO || port === undefined) return;
  port.postMessage(refusal, []);
  port.close();
});
