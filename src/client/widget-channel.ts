/**
 * Sends requests and receives replies over the port after the handshake. A reply without a waiting
 * request is ignored.
 */
import type { WidgetErrorCode } from '../wire/error-codes.js';
import type { ConnectParams, SignParams, WidgetMessage } from '../wire/protocol.js';
import { isWithinLimit, readWidgetMessage } from '../wire/read-message.js';
import { SealwrightError } from './sealwright-error.js';

type Waiting = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: SealwrightError) => void;
};

/** A request without its number. */
export type Asked =
  | { readonly method: 'connect'; readonly params: ConnectParams }
  | { readonly method: 'restore' }
  | { readonly method: 'forget' }
  | { readonly method: 'sign'; readonly params: SignParams }
  | { readonly method: 'sign-out' };

/** The channel to a greeted widget. */
export class WidgetChannel {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onMessage: (message: WidgetMessage) => void;
  readonly chainId: number;
  #lastId = 0;

  constructor(port: MessagePort, chainId: number, onMessage: (message: WidgetMessage) => void) {
    this.#port = port;
    this.#onMessage = onMessage;
    this.chainId = chainId;
    port.addEventListener('message', ({ data }) => this.#hear(data));
    port.start();
  }

  /**
   * Sends a request. Rejects with the widget's code, or ERR_WIDGET_GONE if the channel is closed
   * first.
   */
  request(asked: Asked): Promise<unknown> {
    const message = { ...asked, id: (this.#lastId += 1) };
    if (!isWithinLimit(message)) {
      return Promise.reject(new SealwrightError('ERR_MESSAGE_TOO_LARGE'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.id, { resolve, reject });
      this.#port.postMessage(message, []);
    });
  }

  /** Cancels the open request. The widget's reply to it ends the wait. */
  cancel(): void {
    for (const of of this.#waiting.keys()) {
      const cancel = { id: (this.#lastId += 1), method: 'cancel', params: { of } };
      this.#port.postMessage(cancel, []);
    }
  }

  close(code: WidgetErrorCode): void {
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(new SealwrightError(code));
    this.#waiting.clear();
  }

  #hear(data: unknown): void {
    const message = readWidgetMessage(data);
    if (message === undefined) return;
    if (message.type !== 'reply') {
      this.#onMessage(message);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) {
      waiting?.reject(new SealwrightError(message.error.code, message.error.message));
    } else {
      waiting?.resolve(message.result);
    }
  }
}
