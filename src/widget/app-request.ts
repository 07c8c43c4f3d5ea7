import type { AccountProgress } from '../wire/protocol.js';

/** How a screen answers. */
export type Question<T> = {
  readonly resolve: (answer: T) => void;
  readonly cancel: () => void;
  /** Makes the answer final: the person cannot go back. */
  readonly commit: () => void;
  /** Ends the request with this error. */
  readonly fail: (error: unknown) => void;
};

/** What the code that serves a request works with. */
export type AppRequest = {
  readonly origin: string;
  /** True in a frame of the app, false in a window. */
  readonly isEmbedded: boolean;
  /** Shows a screen until the person answers. Rejects ERR_USER_REJECTED. */
  ask<T>(name: string, screen: (question: Question<T>) => HTMLElement): Promise<T>;
  show(name: string, screen: HTMLElement): void;
  /** Shows a screen beside the app, where it does not take the focus. */
  showAside(name: string, screen: HTMLElement): void;
  /** Hides the widget, because nothing is left to show. A window closes. */
  finish(): void;
  /**
   * Finishes as well, but keeps a window open for a moment, for the signature that usually follows.
   */
  awaitNext(address: string): void;
  tellAccount(progress: AccountProgress): void;
};
