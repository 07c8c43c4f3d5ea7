/**
 * Sends requests to the frame or, if a frame cannot serve them, to a window. The window stays open
 * between a connection and the signature that follows it, and the widget closes it. The frame
 * receives no session from the window, so later requests go to a window as well.
 */
import type { WidgetMessage } from '../wire/protocol.js';
import { greetWidget } from './greet-widget.js';
import { openPopup } from './popup-window.js';
import { showRefusal } from './refusal-dialog.js';
import { hasCode } from './sealwright-error.js';
import { type Asked, WidgetChannel } from './widget-channel.js';
import { WidgetFrame } from './widget-frame.js';
import { WidgetWindow } from './widget-window.js';

/** The wait for the document of a frame, in milliseconds. */
const LOAD_MS = 10_000;
/** The wait for an answer of a loaded document. It listens before it counts as loaded. */
const ANSWER_MS = 3_000;

/** The connection to the widget of one service. */
export class WidgetSession {
  readonly #service: string;
  readonly #onMessage: (message: WidgetMessage) => void;
  #frame: WidgetFrame | undefined;
  #channel: Promise<WidgetChannel> | undefined;
  #usesWindow: boolean;
  #window: Promise<WidgetWindow> | undefined;

  constructor(service: string, usesWindow: boolean, onMessage: (message: WidgetMessage) => void) {
    this.#service = service;
    this.#usesWindow = usesWindow;
    this.#onMessage = onMessage;
  }

  /** Whether requests need a window, which only a click can open. */
  get usesWindow(): boolean {
    return this.#usesWindow;
  }

  /** Returns the chain of the service, without a window. */
  async chainId(): Promise<number> {
    return (await this.#inFrame()).chainId;
  }

  /** Sends a request. Rejects with the code of the refusal. */
  async request(asked: Asked): Promise<unknown> {
    try {
      const reply = await this.#askFrame(asked);
      return reply === undefined ? await this.#inWindow(asked) : reply.result;
    } catch (error) {
      // A window shows the refusal itself.
      if (!this.#usesWindow && hasCode(error, 'ERR_HELLO_ORIGIN')) showRefusal(this.#service);
      throw error;
    }
  }

  /** Sends a request that shows nothing. Returns undefined if only a window could answer it. */
  async requestSilently(asked: Asked): Promise<unknown> {
    return (await this.#askFrame(asked))?.result;
  }

  close(): void {
    this.#drop();
    this.#window?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  }

  /** Returns the reply of the frame, or undefined if it takes a window. */
  async #askFrame(asked: Asked): Promise<{ readonly result: unknown } | undefined> {
    if (this.#usesWindow) return undefined;
    try {
      return { result: await (await this.#inFrame()).request(asked) };
    } catch (error) {
      if (!hasCode(error, 'ERR_NEEDS_POPUP')) throw error;
      this.#usesWindow = true;
      return undefined;
    }
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
    const target = await frame.loaded(LOAD_MS);
    const { port, chainId } = await greetWidget(target, this.#service, ANSWER_MS);
    return new WidgetChannel(port, chainId, (message) => {
      if (message.type === 'layout') frame.place(message.layout);
      else this.#onMessage(message);
    });
  }

  async #inWindow(asked: Asked): Promise<unknown> {
    const opened = await this.#openWindow();
    return opened.request(asked);
  }

  /** Returns the window that is open, or opens one. */
  async #openWindow(): Promise<WidgetWindow> {
    const before = await this.#window?.catch(() => undefined);
    if (before?.isOpen === true) return before;
    const opening = openPopup(this.#service).then((target) =>
      WidgetWindow.greet(target, this.#service, this.#onMessage),
    );
    this.#window = opening;
    return opening;
  }
}
