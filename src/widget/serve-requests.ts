/**
 * Serves the app's requests: with rising numbers, one at a time, within the size limit. Others are
 * refused with a code.
 */
import { wireError, type WidgetErrorCode, type WireError } from '../wire/error-codes.js';
import type { WidgetMessage, WidgetRequest } from '../wire/protocol.js';
import { isWithinLimit, readRequest, readRequestId } from '../wire/read-message.js';
import { toWireError } from '../pages/page-error.js';

export type Work = Exclude<WidgetRequest, { readonly method: 'cancel' }>;

/** The result of a request. `after` runs once the answer was sent. */
export type Answer = { readonly result: unknown; readonly after?: () => void };
export type Handle = (request: Work, signal: AbortSignal) => Promise<Answer>;

export class RequestServer {
  readonly #port: MessagePort;
  readonly #handle: Handle;
  #lastId = 0;
  #open: { readonly id: number; readonly abort: AbortController } | undefined;

  constructor(port: MessagePort, handle: Handle) {
    this.#port = port;
    this.#handle = handle;
    port.addEventListener('message', ({ data }) => this.#hear(data));
    port.start();
  }

  send(message: WidgetMessage): void {
    this.#port.postMessage(message, []);
  }

  /** Aborts the open request, because the person closed the widget. */
  abort(): void {
    this.#open?.abort.abort();
  }

  #hear(data: unknown): void {
    const id = readRequestId(data);
    // A message without a number cannot be answered.
    if (id === undefined) return;
    if (!isWithinLimit(data)) return this.#refuse(id, 'ERR_MESSAGE_TOO_LARGE');
    if (id <= this.#lastId) return this.#refuse(id, 'ERR_REQUEST_REPLAYED');
    this.#lastId = id;
    const request = readRequest(data);
    if (request === undefined) return this.#refuse(id, 'ERR_MESSAGE_MALFORMED');
    if (request === 'unknown-method') return this.#refuse(id, 'ERR_METHOD_UNKNOWN');
    if (request.method === 'cancel') return this.#cancel(id, request.params.of);
    if (this.#open !== undefined) return this.#refuse(id, 'ERR_REQUEST_OPEN');
    void this.#serve(request);
  }

  #cancel(id: number, of: number): void {
    if (this.#open?.id !== of) return this.#refuse(id, 'ERR_REQUEST_UNKNOWN');
    this.#open.abort.abort();
    this.send({ type: 'reply', id, result: null });
  }

  async #serve(request: Work): Promise<void> {
    const { id } = request;
    const abort = new AbortController();
    this.#open = { id, abort };
    const finish = (message: WidgetMessage): void => {
      this.#open = undefined;
      this.send(message);
    };
    try {
      const { result, after } = await this.#handle(request, abort.signal);
      finish({ type: 'reply', id, result });
      after?.();
    } catch (error) {
      finish({ type: 'reply', id, error: toWireError(error) });
    }
  }

  #refuse(id: number, code: WidgetErrorCode): void {
    const error: WireError = wireError(code);
    this.send({ type: 'reply', id, error });
  }
}
