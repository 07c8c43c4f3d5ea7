import type { AccountProgress } from '../wire/protocol.js';

/** How a screen answers. */
export type Question<T> = {
  readonly resolve: (answer: T) => void;
  readonly cancel: () => void;
  /** From here on the person can not go back. */
  readonly commit: () => void;
  /** Ends the request with this error. */
  readonly fail: (error: unknown) => void;
};

/** What serving a request has at hand. */
export type AppRequest = {
  readonly origin: string;
  /** In a frame of the app, not in a window of its own. */
  readonly isEmbedded: boolean;
  /** Shows a screen until the person answered. Rejects ERR_USER_REJECTED. */
  ask<T>(name: string, screen: (question: Question<T>) => HTMLElement): Promise<T>;
  show(name: string, screen: HTMLElement): void;
  moveAside(): void;
  /** Nothing is left to show. */
  finish(): void;
  tellAccount(progress: AccountProgress): void;
};
