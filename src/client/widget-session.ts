/**
 * Sends requests to the frame or, if a frame cannot serve a request, to a window that serves that
 * one request and closes. The frame receives no session from the window, so later requests go to a
 * window as well.
 */
import type { WidgetMessage } from '../wire/protocol.js';
import { greetWidget } from './greet-widget.js';
import { openPopup } from './popup-window.js';
import { SealwrightError } from './sealwright-error.js';
import { type Asked, WidgetChannel } from './widget-channel.js';
import { WidgetFrame } from './widget-frame.js';

const HANDSHAKE_MS = 10_000;
const WATCH_MS = 250;

/** The connection to the widget of one service. */
export class WidgetSession {
  readonly #service: string;
  readonly #onMessage: (message: WidgetMessage) => void;
  #frame: WidgetFrame | undefined;
  #channel: Promise<WidgetChannel> | undefined;
  #usesWindow: boolean;
  #window: Window | undefined;

  constructor(service: string, usesWindow: boolean, onMessage: (message: WidgetMessage) => void) {
    this.#service = service;
    this.#usesWindow = usesWindow;
    this.#onMessage = onMessage;
  }

  async chainId(): Promise<number> {
    return (await this.#inFrame()).chainId;
  }

  /** Sends a request. Rejects with the code of the refusal. */
  async request(asked: Asked): Promise<unknown> {
    if (this.#window?.closed === false) throw new SealwrightError('ERR_REQUEST_OPEN');
    if (this.#usesWindow) return this.#inWindow(asked);
    try {
      return await (await this.#inFrame()).request(asked);
    } catch (error) {
      if (!(error instanceof SealwrightError) || error.code !== 'ERR_NEEDS_POPUP') throw error;
      const result = await this.#inWindow(asked);
      this.#usesWindow = true;
      return result;
    }
  }

  close(): void {
    this.#drop();
    this.#window?.close();
  }

  #drop(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    this.#channel?.then(
      (channel) => channel.close('ERR_WIDGET_GONE'),
      () => undefined,
    );
    this.#channel = undefined;
  }

  #inFrame(): Promise<WidgetChannel> {
    if (this.#channel !== undefined) return this.#channel;
    const opened = this.#openFrame();
    this.#channel = opened;
    // The next request repeats a handshake that failed.
    opened.catch(() => {
      if (this.#channel === opened) this.#drop();
    });
    return opened;
  }

  async #openFrame(): Promise<WidgetChannel> {
    const frame = new WidgetFrame(this.#service, {
      cancel: () => void this.#channel?.then((channel) => channel.cancel()),
      reload: () => this.#drop(),
    });
    this.#frame = frame;
    const target = await frame.loaded(HANDSHAKE_MS);
    const { port, chainId } = await greetWidget(target, this.#service, HANDSHAKE_MS);
    return new WidgetChannel(port, chainId, (message) => {
      if (message.type === 'layout') frame.place(message.layout);
      else this.#onMessage(message);
    });
  }

  async #inWindow(asked: Asked): Promise<unknown> {
    const opened = await openPopup(this.#service);
    this.#window = opened;
    const { port, chainId } = await greetWidget(opened, this.#service, HANDSHAKE_MS);
    const channel = new WidgetChannel(port, chainId, this.#onMessage);
    const watch = window.setInterval(() => {
      if (opened.closed) channel.close('ERR_USER_REJECTED');
    }, WATCH_MS);
    try {
      return await channel.request(asked);
    } finally {
      clearInterval(watch);
      if (this.#window === opened) this.#window = undefined;
    }
  }
}
