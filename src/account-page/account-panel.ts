/**
 * Shows the TinyCloud account of one key: its state, live while it is set up, with a retry and the
 * receipt.
 */
import type { BootstrapState, getReceipt, retryBootstrap } from '../api/bootstrap.js';
import type { Key } from '../api/keys.js';
import { element } from '../pages/element.js';
import { followAccount } from '../pages/follow-account.js';
import { partLine } from '../pages/progress-screen.js';
import { callService } from '../pages/service-api.js';
import { partsOf } from '../pages/step-words.js';
import type { Desk } from './desk.js';
import { offerFile } from './offer-file.js';
import { getBootstrap, pathOfKey } from './read-account.js';
import { control, sentenceOf } from './section.js';
import { timeOf } from './time-words.js';

/** A session has three event streams, and one is left for a widget. Other panels poll. */
const MAX_STREAMS = 2;
const LOOK_EVERY_MS = 5_000;
let openStreams = 0;

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/_node_(?:unavailable|timeout|aborted)$/, 'The TinyCloud node cannot be reached.'],
  [/_node_(?:failed|busy)$/, 'The TinyCloud node reports a problem.'],
  [/_node_clock$/, 'The clocks of this service and of the TinyCloud node differ too much.'],
  [/_gate_closed$/, 'Account setup is turned off.'],
  [/_network_revoked$/, 'The encryption network of the account is revoked.'],
  [/_(?:timeout|interrupted)$/, 'The setup took too long or was interrupted.'],
  [/_limit$/, 'Too many accounts are being set up.'],
];

const reasonOf = (code: string): string =>
  REASONS.find(([pattern]) => pattern.test(code))?.[1] ??
  'The TinyCloud node returned an invalid response.';

/** `run` performs an action and reports its result. */
export type PanelParts = {
  readonly key: Key;
  readonly desk: Desk;
  readonly run: (work: () => Promise<string | undefined>) => void;
};

/** The panel of one key. */
export class AccountPanel {
  readonly node: HTMLElement;
  readonly #parts: PanelParts;
  readonly #state = element('p', { class: 'state', role: 'status' });
  readonly #bar: HTMLProgressElement;
  readonly #steps = element('ul', { class: 'parts' });
  readonly #details: HTMLElement;
  readonly #retry: HTMLButtonElement;
  readonly #receipt: HTMLButtonElement;
  #known: BootstrapState | undefined;
  #stop: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: PanelParts) {
    const { key, run } = parts;
    this.#parts = parts;
    this.#bar = element('progress', { 'aria-label': 'Setting up the account', max: '20' });
    this.#details = element('details', {}, element('summary', {}, 'Steps'), this.#steps);
    this.#retry = control(`retry:${key.id}`, 'Try again now', 'plain', () =>
      run(() => this.#tryAgain()),
    );
    this.#receipt = control(`receipt:${key.id}`, 'Download receipt', 'plain', () =>
      run(() => this.#download()),
    );
    this.node = element(
      'div',
      { class: 'account-state' },
      element('h4', {}, 'TinyCloud account'),
      this.#state,
      this.#bar,
      this.#details,
      element('div', { class: 'row' }, this.#retry, this.#receipt),
    );
  }

  /**
   * Reads the state of the account, and follows it while it is set up or waits for another attempt.
   */
  async load(): Promise<void> {
    this.#draw(await getBootstrap(this.#parts.key.id));
  }

  /** Like `load`, but shows the error in place of a state that cannot be read. */
  async open(): Promise<void> {
    await this.load().catch((error: unknown) => {
      this.#state.textContent = sentenceOf(error);
      const hidden = [this.#bar, this.#details, this.#retry, this.#receipt];
      for (const each of hidden) each.hidden = true;
    });
  }

  /** Closes the panel permanently, because the person left. */
  close(): void {
    this.#isClosed = true;
    this.#unfollow();
  }

  #unfollow(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #draw(now: BootstrapState): void {
    // A reply may arrive after the panel was closed.
    if (this.#isClosed) return;
    this.#known = now;
    const { status, steps } = now;
    this.node.dataset['status'] = status;
    const state = element('span', {}, ...stateOf(now));
    if (state.textContent !== this.#state.textContent) this.#state.replaceChildren(state);
    this.#bar.hidden = status !== 'pending';
    this.#bar.max = Math.max(1, steps.length);
    this.#bar.value = steps.filter((each) => each.status === 'done').length;
    this.#details.hidden = status === 'none';
    this.#steps.replaceChildren(...partsOf(steps).map(partLine));
    this.#retry.hidden = status !== 'failed';
    this.#receipt.hidden = status !== 'complete';
    if (status === 'pending' || status === 'failed') this.#stop ??= this.#follow();
    else this.#unfollow();
  }

  #follow(): () => void {
    const look = setInterval(() => {
      if (document.visibilityState === 'visible') void this.look();
    }, LOOK_EVERY_MS);
    if (openStreams >= MAX_STREAMS) return () => clearInterval(look);
    openStreams += 1;
    const unfollow = followAccount(this.#parts.key.id, ({ status, steps }) => {
      if (status === 'pending' && this.#known !== undefined) {
        this.#draw({ ...this.#known, status, steps });
      } else if (status !== this.#known?.status) void this.look();
    });
    return () => {
      clearInterval(look);
      unfollow();
      openStreams -= 1;
    };
  }

  /** Reads the state again. */
  async look(): Promise<void> {
    if (this.#known?.status === 'complete') return;
    // A state that cannot be read now stays as it was; the next poll is soon.
    await this.load().catch(() => undefined);
  }

  async #tryAgain(): Promise<string> {
    const { key, desk } = this.#parts;
    await desk.change(() =>
      callService<typeof retryBootstrap>('POST', `${pathOfKey(key.id)}/bootstrap/retry`),
    );
    await this.load();
    return 'Trying again.';
  }

  async #download(): Promise<string> {
    const { key, desk } = this.#parts;
    const { receipt } = await desk.change(() =>
      callService<typeof getReceipt>('GET', `${pathOfKey(key.id)}/bootstrap/receipt`),
    );
    offerFile(`receipt-${key.address}.jws`, 'application/jose', receipt);
    return 'The receipt is in your downloads. docs/verify.md explains how to verify it.';
  }
}

function stateOf(now: BootstrapState): readonly (Node | string)[] {
  switch (now.status) {
    case 'none':
      return [
        'Not set up yet. The account is set up when an app first signs you in with this key.',
      ];
    case 'pending':
      return ['Setting up. You do not have to wait.'];
    case 'complete':
      return ['Ready since ', timeOf(now.completedAt), '.'];
    case 'failed': {
      const code = now.errorCode ?? '';
      const next =
        now.nextAttemptAt === undefined
          ? ['']
          : [' The service tries again automatically, next at ', timeOf(now.nextAttemptAt), '.'];
      return [`Not set up yet, and nothing is lost. ${reasonOf(code)}`, ...next, ` (${code})`];
    }
    default:
      return now.status;
  }
}
