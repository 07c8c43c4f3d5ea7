/** Shows and changes the sign-in methods: passkeys and wallets. */
import { type Child, element } from '../pages/element.js';
import { addPasskey, canUsePasskeys } from '../pages/passkeys.js';
import type { Account } from '../api/account.js';
import type * as contract from '../api/credentials.js';
import type { Credential } from '../api/credentials.js';
import { callService } from '../pages/service-api.js';
import { addWallet, findWallet, type Wallet } from '../pages/wallet.js';
import { ask } from './ask.js';
import { type Desk, requireAccount } from './desk.js';
import { badge, control, facts, Section } from './section.js';
import { timeOf } from './time-words.js';

type Run = (work: () => Promise<string | undefined>) => void;

/** Returns the name of a credential, or a default name if it has none. */
export const nameOf = (credential: Credential): string =>
  credential.name ??
  (credential.kind === 'wallet' ? `Wallet ${credential.address.slice(0, 8)}…` : 'Passkey');

const isUsable = (credential: Credential): boolean =>
  credential.kind === 'wallet' || credential.clonedAt === undefined;

/** The section of the sign-in methods. */
export class CredentialsSection extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super(
      'credentials',
      'Passkeys and wallets',
      'Anyone who has one of these can sign in to your account.',
    );
    this.#desk = desk;
  }

  update({ credentials }: Account): void {
    const run: Run = (work) => void this.run(work);
    const usable = credentials.filter(isUsable);
    const desk = this.#desk;
    const wallet = findWallet();
    this.show(
      usable.length < 2
        ? element(
            'p',
            { class: 'advice' },
            'Keep at least two: if you lose your only one, access to your account cannot be restored.',
          )
        : undefined,
      element(
        'ul',
        { class: 'cards' },
        ...credentials.map((each) =>
          row({ desk, credential: each, isLast: isUsable(each) && usable.length === 1, run }),
        ),
      ),
      element(
        'div',
        { class: 'row' },
        canUsePasskeys()
          ? control('add-passkey', 'Add a passkey', 'plain', () => run(() => askForPasskey(desk)))
          : undefined,
        wallet === undefined
          ? undefined
          : control('add-wallet', 'Add a wallet', 'plain', () => {
              this.say('Continue in your wallet.');
              run(() => takeWallet(desk, wallet));
            }),
      ),
    );
  }
}

type RowParts = {
  readonly desk: Desk;
  readonly credential: Credential;
  /** Whether it is the only one that can sign in. */
  readonly isLast: boolean;
  readonly run: Run;
};

function row({ desk, credential, isLast, run }: RowParts): HTMLElement {
  const { id, kind } = credential;
  const name = nameOf(credential);
  const rename = control(
    `rename:${id}`,
    'Rename',
    'plain',
    () => run(() => renameCredential(desk, credential)),
    `Rename ${name}`,
  );
  const remove = control(
    `remove:${id}`,
    'Remove',
    'plain',
    () => run(() => removeCredential(desk, credential)),
    `Remove ${name}`,
  );
  const unblock = isUsable(credential)
    ? undefined
    : control(
        `unblock:${id}`,
        'Unblock',
        'plain',
        () => run(() => unblockCredential(desk, credential)),
        `Unblock ${name}`,
      );
  return element(
    'li',
    { class: 'card', 'data-credential': id },
    element('h3', {}, name, name.toLowerCase() === kind ? undefined : badge(kind)),
    kind === 'wallet' ? element('p', { class: 'mono' }, credential.address) : undefined,
    ...describe(credential),
    isLast
      ? element(
          'p',
          { class: 'quiet' },
          'It cannot be removed, because it is your only way to sign in. Add another one first.',
        )
      : undefined,
    element('div', { class: 'row' }, rename, unblock, isLast ? undefined : remove),
  );
}

function describe(credential: Credential): readonly Child[] {
  return [
    facts([
      ['Added', timeOf(credential.addedAt)],
      ['Last used', credential.lastUsedAt === undefined ? 'never' : timeOf(credential.lastUsedAt)],
      credential.kind === 'passkey'
        ? ['Stored', credential.backedUp ? 'synchronized by its provider' : 'on one device']
        : undefined,
    ]),
    isUsable(credential)
      ? undefined
      : element(
          'p',
          { class: 'alert' },
          "This passkey's counter went backward, so it may have been copied. It is blocked. Remove it, or unblock it if you are sure that only you have it.",
        ),
  ];
}

const pathOf = ({ id }: Credential) =>
  `/api/account/credentials/${encodeURIComponent(id)}` as const;

async function renameCredential(desk: Desk, credential: Credential): Promise<string> {
  await ask({
    title: `Rename ${nameOf(credential)}`,
    body: [],
    action: 'Rename',
    field: { label: 'Name', value: nameOf(credential) },
    run: async (name) => {
      await desk.change(() =>
        callService<typeof contract.renameCredential>('PATCH', pathOf(credential), { name }),
      );
    },
  });
  await desk.refresh();
  return 'The sign-in method was renamed.';
}

async function unblockCredential(desk: Desk, credential: Credential): Promise<string> {
  await ask({
    title: `Unblock ${nameOf(credential)}?`,
    body: [
      element('p', {}, 'It can sign in to your account again. So can anyone who has a copy of it.'),
    ],
    action: 'Unblock',
    isDanger: true,
    run: async () => {
      await desk.change(() =>
        callService<typeof contract.unblockCredential>('POST', `${pathOf(credential)}/unblock`),
      );
    },
  });
  await desk.refresh();
  return 'The passkey was unblocked.';
}

async function removeCredential(desk: Desk, credential: Credential): Promise<string> {
  await ask({
    title: `Remove ${nameOf(credential)}?`,
    body: [
      element(
        'p',
        {},
        'You can no longer sign in with it. Sessions that started with it end, except this one. Your keys are not affected.',
      ),
    ],
    action: 'Remove',
    isDanger: true,
    run: async () => {
      await desk.change(() =>
        callService<typeof contract.removeCredential>('DELETE', pathOf(credential)),
      );
    },
  });
  await desk.refresh();
  return 'The sign-in method was removed.';
}

async function askForPasskey(desk: Desk): Promise<string> {
  await ask({
    title: 'Add a passkey',
    body: [
      element('p', {}, 'Use another device or a security key, in case you lose the first one.'),
    ],
    action: 'Add',
    field: { label: 'Name', value: 'Second passkey' },
    run: async (name) => {
      await desk.change(async () => {
        await addPasskey(name);
        // If the session had ended in between, this would have created another account.
        await requireAccount(desk.account.id);
      });
    },
  });
  await desk.refresh();
  return 'The passkey was added.';
}

async function takeWallet(desk: Desk, wallet: Wallet): Promise<string> {
  await desk.change(() => addWallet(wallet));
  await desk.refresh();
  return 'The wallet was added.';
}
