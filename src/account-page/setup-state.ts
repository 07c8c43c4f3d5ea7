/**
 * Reads the TinyCloud account of one key, and follows it until it is complete: with a poll, and
 * while it is set up or waits for another attempt also with the service's event stream.
 */
import type { BootstrapState, retryBootstrap } from '../api/bootstrap.js';
import { followAccount } from '../pages/follow-account.js';
import { callService } from '../pages/service-api.js';
import { getBootstrap, pathOfKey } from './read-account.js';

const LOOK_EVERY_MS = 5_000;

/** The state of one account, as far as it is known. */
export class SetupState {
  readonly #keyId: string;
  readonly #onChange: (state: BootstrapState) => void;
  readonly #abort = new AbortController();
  #known: BootstrapState | undefined;
  #stop: (() => void) | undefined;
  /** How the account is followed now. Before its setup begins, nothing is streamed. */
  #follows: 'poll' | 'stream' | undefined;

  constructor(keyId: string, onChange: (state: BootstrapState) => void) {
    this.#keyId = keyId;
    this.#onChange = onChange;
    // An app may have set up an account while the page was hidden.
    document.addEventListener('visibilitychange', () => this.#look(), {
      signal: this.#abort.signal,
    });
  }

  /** Reads the state. Rejects if it cannot be read. */
  async load(): Promise<void> {
    this.#set(await getBootstrap(this.#keyId));
  }

  /** Lets the service try a failed setup again now. */
  async tryAgain(): Promise<void> {
    await callService<typeof retryBootstrap>('POST', `${pathOfKey(this.#keyId)}/bootstrap/retry`);
    await this.load();
  }

  /** Stops following the account for good. */
  close(): void {
    this.#abort.abort();
    this.#end();
  }

  #set(state: BootstrapState): void {
    // A reply may arrive after the person left.
    if (this.#abort.signal.aborted) return;
    this.#known = state;
    this.#onChange(state);
    const follows = state.status === 'pending' || state.status === 'failed' ? 'stream' : 'poll';
    if (state.status === 'complete') this.#end();
    else if (follows !== this.#follows) {
      this.#end();
      this.#follows = follows;
      this.#stop = follows === 'poll' ? this.#poll() : this.#stream();
    }
  }

  #look(): void {
    if (document.visibilityState !== 'visible' || this.#known?.status === 'complete') return;
    // A state that cannot be read now stays as it was; the next poll is soon.
    void this.load().catch(() => undefined);
  }

  #end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#follows = undefined;
  }

  #poll(): () => void {
    const timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  #stream(): () => void {
    const endPoll = this.#poll();
    const unfollow = followAccount(this.#keyId, (view) => {
      if (view.status === 'pending' && this.#known !== undefined) {
        const { expectedAt: _before, ...known } = this.#known;
        this.#set({ ...known, ...view });
      } else if (view.status !== this.#known?.status) this.#look();
    });
    return () => {
      endPoll();
      unfollow();
    };
  }
}
