/**
 * Shows and changes the ways to get in: passkeys and wallets, and whether they are a way back after
 * a lost device.
 */
import type { Account } from '../api/account.js';
import type { Credential } from '../api/credentials.js';
import { element, shortAddress } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { canUsePasskeys } from '../pages/passkeys.js';
import { findWallet } from '../pages/wallet.js';
import {
  askForPasskey,
  removeCredential,
  renameCredential,
  takeWallet,
  unblockCredential,
} from './change-ways.js';
import type { Desk } from './desk.js';
import { disclosureMenu } from './disclosure-menu.js';
import { recoveryCard } from './recovery-card.js';
import { chip, control, longList, quiet, row, tile } from './parts.js';
import { report, say } from './said.js';
import { Section } from './section.js';
import { timeOf } from './time-words.js';
import { healthOf, isUsable, nameOf } from './way-words.js';
import { t, tNodes } from '../pages/translate.js';

/** The screen of the ways to get in. */
export class WaysView extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super({
      id: 'ways',
      level: 1,
      title: t('Ways to get in'),
      intro: t('Anyone who has one of these can sign in as you.'),
    });
    this.#desk = desk;
  }

  update(account: Account): void {
    const { credentials } = account;
    const usable = credentials.filter(isUsable);
    const rows = credentials.map((credential) =>
      wayRow(this.#desk, credential, isUsable(credential) && usable.length === 1),
    );
    this.show(
      healthCard(account),
      element(
        'section',
        { id: 'credentials', class: 'card flush', 'aria-labelledby': 'credentials-title' },
        element(
          'div',
          { class: 'head' },
          element('h2', { id: 'credentials-title' }, t('Passkeys and wallets')),
        ),
        ...longList('credentials', rows),
        addButtons(this.#desk),
      ),
      recoveryCard(this.#desk, account),
    );
  }
}

function healthCard(account: Account): HTMLElement {
  const { hasTwo, hasOneElsewhere, done } = healthOf(account);
  const isDone = done === 2;
  return element(
    'section',
    { id: 'health', class: 'card health', 'aria-labelledby': 'health-title' },
    element(
      'div',
      {},
      element(
        'h2',
        { id: 'health-title' },
        isDone ? t('You have a way back') : t('You need a way back'),
      ),
      quiet(
        isDone
          ? t('Both steps are done.')
          : t(
              'If you lose your only way in, nobody can let you in again, not even us. Add a second way.',
            ),
      ),
    ),
    chip(
      t('{done} of 2 steps', { done }),
      isDone ? 'good' : 'notice',
      isDone ? 'check' : undefined,
    ),
    element(
      'ol',
      { class: 'meter' },
      step(hasTwo, t('Two ways to get in'), t('So that losing one costs you nothing')),
      step(
        hasOneElsewhere,
        t('One that outlives this device'),
        t('A synced passkey, a wallet, a passkey elsewhere, or codes on paper'),
      ),
    ),
  );
}

const step = (isDone: boolean, title: string, text: string): HTMLElement =>
  element(
    'li',
    { class: isDone ? 'on' : '' },
    icon(isDone ? 'check' : 'ring', `icon ${isDone ? 'check' : 'ring'}`),
    element(
      'span',
      {},
      title,
      element('span', { class: 'aside' }, isDone ? `: ${t('done')}.` : `: ${t('not done')}.`),
      element('small', {}, text),
    ),
  );

function addButtons(desk: Desk): HTMLElement {
  const wallet = findWallet();
  return element(
    'div',
    { class: 'list-foot' },
    canUsePasskeys()
      ? control({
          name: 'add-passkey',
          text: t('Add a passkey'),
          onClick: () => void report(() => askForPasskey(desk)),
        })
      : undefined,
    wallet === undefined
      ? undefined
      : control({
          name: 'add-wallet',
          text: t('Add a wallet'),
          onClick: () => {
            say(t('Continue in your wallet.'));
            void report(() => takeWallet(desk, wallet));
          },
        }),
  );
}

function wayRow(desk: Desk, credential: Credential, isLast: boolean): HTMLElement {
  const { id, kind, addedAt, lastUsedAt } = credential;
  const name = nameOf(credential);
  const isBlocked = !isUsable(credential);
  const used =
    lastUsedAt === undefined
      ? [t('never used')]
      : tNodes('last used {time}', { time: timeOf(lastUsedAt) });
  return row({
    picture: tile(isBlocked ? 'alert' : kind, isBlocked ? 'bad' : 'quiet'),
    title: [name, isBlocked ? chip(t('Blocked'), 'bad') : undefined],
    lines: [
      quiet(
        storedWords(credential),
        ' · ',
        ...tNodes('added {time}', { time: timeOf(addedAt) }),
        ' · ',
        ...used,
      ),
      isBlocked
        ? element(
            'p',
            { class: 'alert' },
            t(
              'The counter of this passkey went backward, so the passkey may have been copied. It is blocked. Remove it, or unblock it if you are sure that only you have it.',
            ),
          )
        : undefined,
      isLast ? quiet(t('It cannot be removed while it is your only way to get in.')) : undefined,
    ],
    controls: [wayMenu(desk, credential, isLast)],
    data: { 'data-credential': id },
  });
}

function storedWords(credential: Credential): string {
  if (credential.kind === 'wallet') return shortAddress(credential.address);
  return credential.backedUp ? t('Synced by its provider') : t('On one device');
}

function wayMenu(desk: Desk, credential: Credential, isLast: boolean): HTMLElement {
  const { id } = credential;
  const item = (name: string, text: string, work: (of: Desk, it: Credential) => Promise<string>) =>
    control({
      name: `${name}:${id}`,
      text,
      kind: 'text',
      onClick: () => void report(() => work(desk, credential)),
    });
  return disclosureMenu({
    name: `menu:${id}`,
    label: t('Change {name}', { name: nameOf(credential) }),
    kind: 'icon-button',
    face: [icon('dots')],
    items: [
      item('rename', t('Rename'), renameCredential),
      isUsable(credential) ? undefined : item('unblock', t('Unblock'), unblockCredential),
      isLast ? undefined : item('remove', t('Remove'), removeCredential),
    ],
  });
}
