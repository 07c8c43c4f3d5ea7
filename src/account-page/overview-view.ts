/**
 * Shows the person's account at a glance: the address, whether it is ready, what to do next, and
 * its storage.
 */
import type { Account } from '../api/account.js';
import type { BootstrapState } from '../api/bootstrap.js';
import type { Key } from '../api/keys.js';
import { type Child, element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { codeOf, sentenceOf } from '../pages/page-error.js';
import { rosette } from '../pages/rosette.js';
import { copyButton } from './copyable.js';
import type { Desk } from './desk.js';
import { OverviewPeeks } from './overview-peeks.js';
import { chip, control, foldedCode, fold, quiet } from './parts.js';
import { makeCodes } from './recovery-card.js';
import { report } from './said.js';
import { Section } from './section.js';
import { SetupState } from './setup-state.js';
import { failureWords, nextAttemptWords, STATUS_WORDS, stoppedWords } from './setup-words.js';
import { type StorageCard, storageCard } from './storage-card.js';
import { healthOf } from './way-words.js';
import { t } from '../pages/translate.js';

/** What is shown of one key. */
type Shown = {
  readonly key: Key;
  readonly setup: SetupState;
  readonly storage: StorageCard;
};

/** The first screen. */
export class OverviewView extends Section {
  readonly #desk: Desk;
  readonly #peeks = new OverviewPeeks();
  readonly #status = element('span', { role: 'status' });
  readonly #notes = element('div', { class: 'notes' });
  #chosenId: string | undefined;
  #shown: Shown | undefined;

  constructor(desk: Desk) {
    super({ id: 'overview', level: 1, title: t('Your account') });
    this.#desk = desk;
  }

  /** Shows another key from now on. */
  choose(keyId: string): void {
    this.#chosenId = keyId;
  }

  /** The key that is shown: the chosen one, or the first one that can sign. */
  keyOf({ keys }: Account): Key | undefined {
    return (
      keys.find(({ id }) => id === this.#chosenId) ??
      keys.find(({ archivedAt }) => archivedAt === undefined) ??
      keys[0]
    );
  }

  async update(account: Account): Promise<void> {
    const key = this.keyOf(account);
    if (key === undefined) {
      this.show(quiet(t('You have no key. Create one under “Advanced”.')), this.#peeks.node);
      return;
    }
    if (this.#shown?.key.id !== key.id) this.#open(key);
    const shown = this.#shown;
    if (shown === undefined) return;
    this.show(identityCard(key, this.#status), this.#notes, shown.storage.node, this.#peeks.node);
    await Promise.all([this.#peeks.update(account), this.#load(shown)]);
  }

  /** Stops following the account for good. */
  close(): void {
    this.#shown?.setup.close();
  }

  #open(key: Key): void {
    this.#shown?.setup.close();
    this.#status.replaceChildren();
    const storage = storageCard(key.address);
    const setup = new SetupState(key.id, (state) => {
      storage.draw(state);
      this.#draw(state);
    });
    this.#shown = { key, setup, storage };
  }

  async #load({ setup }: Shown): Promise<void> {
    try {
      await setup.load();
    } catch (error) {
      this.#notes.replaceChildren(
        note('bad', t('The state of your storage cannot be read'), sentenceOf(error), [
          control({
            name: 'load:setup',
            text: t('Try again'),
            onClick: () => void this.update(this.#desk.account),
          }),
          foldedCode(codeOf(error)),
        ]),
      );
    }
  }

  #draw(state: BootstrapState): void {
    const [word, tone, sign] = STATUS_WORDS[state.status];
    if (this.#status.textContent?.trim() !== word)
      this.#status.replaceChildren(chip(word, tone, sign));
    const notes = [
      state.status === 'failed' ? this.#failure(state) : undefined,
      healthOf(this.#desk.account).done < 2 ? wayBackNote(this.#desk) : undefined,
    ].filter((each) => each !== undefined);
    const isSame = notes.map((each) => each.textContent).join() === this.#notes.textContent;
    if (!isSame) this.#notes.replaceChildren(...notes);
  }

  #failure(state: BootstrapState): HTMLElement {
    return note('bad', stoppedWords(state), failureWords(state), [
      control({
        name: 'retry',
        text: t('Try again'),
        onClick: () => void report(() => this.#tryAgain()),
      }),
      fold(
        t('Details'),
        quiet(nextAttemptWords(state, Date.now())),
        element('p', {}, element('code', {}, state.errorCode ?? '')),
      ),
    ]);
  }

  async #tryAgain(): Promise<string> {
    await this.#desk.change(async () => this.#shown?.setup.tryAgain());
    return t('Trying again.');
  }
}

function identityCard({ id, label, address }: Key, status: HTMLElement): HTMLElement {
  const shown = element('p', { class: 'address' }, address);
  return element(
    'section',
    { class: 'card identity', 'aria-label': t('Your address'), 'data-key': id },
    rosette(address),
    element('div', {}, element('h2', {}, label, status), shown),
    copyButton({ text: address, label: t('Copy address'), shown, face: t('Copy address') }),
  );
}

const wayBackNote = (desk: Desk): HTMLElement =>
  note(
    'notice',
    t('Make a way back'),
    t('One lost device would lock you out. Recovery codes take a minute.'),
    [
      control({
        name: 'make-codes',
        text: t('Make codes'),
        kind: 'primary',
        onClick: () => void report(() => makeCodes(desk, desk.account.recovery !== null)),
      }),
    ],
  );

/**
 * Returns a note with its controls. The last of them may be a fold, which stands below the text.
 */
function note(
  tone: 'notice' | 'bad',
  title: string,
  text: string,
  controls: readonly HTMLElement[],
): HTMLElement {
  const isFold = (child: Child): boolean => child instanceof HTMLDetailsElement;
  return element(
    'section',
    { class: `next ${tone}`, 'aria-label': title, 'data-note': tone },
    icon(tone === 'bad' ? 'alert' : 'shield'),
    element('div', {}, element('b', {}, title), element('p', {}, text), ...controls.filter(isFold)),
    ...controls.filter((each) => !isFold(each)),
  );
}
