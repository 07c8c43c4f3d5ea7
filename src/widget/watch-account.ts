/** What is shown of an account's set-up: while the service signs in front, after the answer aside, until it is done. */
import type { TinyCloudBootstrap } from '../wire/protocol.js';
import type { AppRequest } from './app-request.js';
import { type AccountView, followAccount, progressOf } from '../pages/follow-account.js';
import { progressScreen } from '../pages/progress-screen.js';

/** How long "ready" stays. */
const READY_MS = 2_500;

/** One at a time: a session has few event streams, and the latest signature is the one that counts. */
let stopFollowing = (): void => undefined;

export class AccountWatch {
  readonly #app: AppRequest;
  readonly #keyId: string;
  readonly #screen = progressScreen(() => this.#hide());
  #isShown = false;
  #isComplete = false;
  #isSettled = false;

  constructor(app: AppRequest, keyId: string) {
    this.#app = app;
    this.#keyId = keyId;
  }

  /** The person approved. */
  show(): void {
    stopFollowing();
    stopFollowing = followAccount(this.#keyId, (view) => this.#see(view));
    this.#isShown = true;
    this.#app.show('progress', this.#screen.node);
  }

  /** The app has its answer. */
  settle({ status }: TinyCloudBootstrap): void {
    this.#isSettled = true;
    if (status === 'skipped') {
      this.stop();
      this.#hide();
      return;
    }
    this.#app.moveAside();
    this.#hideWhenReady();
  }

  /** There was no signature after all. */
  stop(): void {
    if (this.#isShown) stopFollowing();
  }

  #see(view: AccountView): void {
    this.#screen.update(view);
    this.#app.tellAccount(progressOf(view));
    this.#isComplete = view.status === 'complete';
    this.#hideWhenReady();
  }

  /** Not before the answer is out: a window of its own closes then. */
  #hideWhenReady(): void {
    if (!this.#isShown || !this.#isComplete || !this.#isSettled) return;
    setTimeout(() => this.#hide(), this.#app.isEmbedded ? READY_MS : 0);
  }

  #hide(): void {
    this.#isShown = false;
    this.#app.finish();
  }
}
