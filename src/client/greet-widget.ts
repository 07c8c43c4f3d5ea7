/**
 * The handshake. A greeting may come before the widget listens, so it is sent again until one is answered; each carries a
 * port of its own, since a port can be handed over only once. It is addressed to the service's origin: whatever else may
 * be in that window does not get it.
 */
import { HELLO, PROTOCOL_VERSION, type Hello } from '../wire/protocol.js';
import { readWidgetMessage } from '../wire/read-message.js';
import { SealwrightError } from './sealwright-error.js';

const FIRST_WAIT_MS = 60;
const LONGEST_WAIT_MS = 1_000;

export type Greeted = { readonly port: MessagePort; readonly chainId: number };

/** Rejects ERR_HANDSHAKE_TIMEOUT after `deadlineMs`, or with the code of the widget's refusal. */
export function greetWidget(
  target: Window,
  serviceOrigin: string,
  deadlineMs: number,
): Promise<Greeted> {
  return new Promise((resolve, reject) => {
    const open: MessagePort[] = [];
    const heard = new AbortController();
    let timer = 0;
    let waitMs = FIRST_WAIT_MS;
    const endMs = performance.now() + deadlineMs;
    const finish = (kept?: MessagePort): void => {
      clearTimeout(timer);
      heard.abort();
      for (const port of open) if (port !== kept) port.close();
    };
    const fail = (error: SealwrightError): void => {
      finish();
      reject(error);
    };
    const hear = (port: MessagePort, data: unknown): void => {
      const message = readWidgetMessage(data);
      if (message?.type === 'ready') {
        finish(port);
        resolve({ port, chainId: message.chainId });
      } else if (message?.type === 'refused' && message.error.code !== 'ERR_HELLO_TWICE') {
        fail(new SealwrightError(message.error.code, message.error.message));
      }
    };
    const greet = (): void => {
      if (performance.now() > endMs || target.closed) {
        fail(new SealwrightError(target.closed ? 'ERR_WIDGET_GONE' : 'ERR_HANDSHAKE_TIMEOUT'));
        return;
      }
      const { port1, port2 } = new MessageChannel();
      open.push(port1);
      const { signal } = heard;
      port1.addEventListener('message', ({ data }) => hear(port1, data), { signal });
      port1.start();
      const hello: Hello = { type: HELLO, version: PROTOCOL_VERSION };
      target.postMessage(hello, serviceOrigin, [port2]);
      timer = window.setTimeout(greet, waitMs);
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    };
    greet();
  });
}
