import type { WidgetMessage } from '../wire/protocol.js';
import { type Greeted, greetWidget } from './greet-widget.js';
import { hasCode, SealwrightError } from './sealwright-error.js';
import { type Asked, WidgetChannel } from './widget-channel.js';

const HANDSHAKE_MS = 10_000;
const WATCH_MS = 250;

/** A window of the service. It closes itself when it has nothing left to show. */
export class WidgetWindow {
  readonly #target: Window;
  readonly #channel: WidgetChannel;
  readonly #watch: number;
  #isLeaving = false;

  private constructor(
    target: Window,
    { port, chainId }: Greeted,
    onMessage: (message: WidgetMessage) => void,
  ) {
    this.#target = target;
    this.#channel = new WidgetChannel(port, chainId, (message) => {
      if (message.type === 'layout') this.#isLeaving = message.layout.place === 'hidden';
      else onMessage(message);
    });
    this.#watch = window.setInterval(() => {
      if (target.closed) this.#end();
    }, WATCH_MS);
  }

  /**
   * Greets the widget in a window. Rejects ERR_OPENER_POLICY if the window is gone before it
   * answers, because a window that the app's opener policy severs looks the same as a closed one.
   */
  static async greet(
    target: Window,
    service: string,
    onMessage: (message: WidgetMessage) => void,
  ): Promise<WidgetWindow> {
    try {
      return new WidgetWindow(target, await greetWidget(target, service, HANDSHAKE_MS), onMessage);
    } catch (error) {
      throw hasCode(error, 'ERR_WIDGET_GONE') ? new SealwrightError('ERR_OPENER_POLICY') : error;
    }
  }

  /** Whether the window can take a request: it is open and has not announced that it closes. */
  get isOpen(): boolean {
    return !this.#target.closed && !this.#isLeaving;
  }

  /** Sends a request. Rejects ERR_USER_REJECTED if the window is closed first. */
  request(asked: Asked): Promise<unknown> {
    this.#target.focus();
    return this.#channel.request(asked);
  }

  close(): void {
    this.#target.close();
    this.#end();
  }

  #end(): void {
    clearInterval(this.#watch);
    this.#channel.close('ERR_USER_REJECTED');
  }
}
