/**
 * Shows the setup of an account in one line beside the app, from the approval until it is complete.
 */
import type { TinyCloudBootstrap } from '../wire/protocol.js';
import type { AppRequest } from './app-request.js';
import { type AccountView, followAccount, progressOf } from '../pages/follow-account.js';
import { progressPill } from './screens/progress-pill.js';

/** How long the last message stays unless it has the focus, in milliseconds. */
const READY_MS = 4_000;

/** Stops the current watch. There is one at a time, because a session has few event streams. */
let stopFollowing = (): void => undefined;

export class AccountWatch {
  readonly #app: AppRequest;
  readonly #keyId: string;
  readonly #pill = progressPill(() => this.#hide());
  #isShown = false;
  #isComplete = false;
  #isSettled = false;

  constructor(app: AppRequest, keyId: string) {
    this.#app = app;
    this.#keyId = keyId;
  }

  /** Called when the person has approved. */
  show(): void {
    stopFollowing();
    stopFollowing = followAccount(this.#keyId, (view) => this.#see(view));
    this.#isShown = true;
    this.#app.showAside('progress', this.#pill.node);
  }

  /** Called when the app has its answer. */
  settle({ status }: TinyCloudBootstrap): void {
    this.#isSettled = true;
    if (status === 'skipped') {
      this.stop();
      this.#hide();
      return;
    }
    this.#hideWhenReady();
  }

  /** Called if there is no signature. */
  stop(): void {
    if (this.#isShown) stopFollowing();
  }

  #see(view: AccountView): void {
    this.#pill.update(view);
    this.#app.tellAccount(progressOf(view));
    this.#isComplete = view.status === 'complete';
    this.#hideWhenReady();
  }

  /** Waits for the answer, because a window closes with it. */
  #hideWhenReady(): void {
    if (!this.#isShown || !this.#isComplete || !this.#isSettled) return;
    const leave = (): void => this.#pill.onceLeft(() => this.#hide());
    setTimeout(leave, this.#app.isEmbedded ? READY_MS : 0);
  }

  #hide(): void {
    this.#isShown = false;
    this.#app.finish();
  }
}
