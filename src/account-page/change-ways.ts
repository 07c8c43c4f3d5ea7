/** Changes the ways to get in. Each function returns the sentence that reports its result. */
import { element } from '../pages/element.js';
import { addPasskey } from '../pages/passkeys.js';
import type * as contract from '../api/credentials.js';
import type { Credential } from '../api/credentials.js';
import { callService } from '../pages/service-api.js';
import type { Wallet } from '../pages/find-wallets.js';
import { addWallet } from '../pages/wallet.js';
import { ask } from './ask.js';
import { type Desk, requireAccount } from './desk.js';
import { nameOf } from './way-words.js';
import { t } from '../pages/translate.js';

const pathOf = ({ id }: Credential) =>
  `/api/account/credentials/${encodeURIComponent(id)}` as const;

/** Asks for a new name, and sets it. */
export async function renameCredential(desk: Desk, credential: Credential): Promise<string> {
  await ask({
    title: t('Rename {name}', { name: nameOf(credential) }),
    body: [],
    action: t('Rename'),
    field: { label: t('Name'), value: nameOf(credential) },
    run: async (name) => {
      await desk.change(() =>
        callService<typeof contract.renameCredential>('PATCH', pathOf(credential), { name }),
      );
    },
  });
  await desk.refresh();
  return t('The way to get in was renamed.');
}

/** Asks, and lets a blocked passkey sign in again. */
export async function unblockCredential(desk: Desk, credential: Credential): Promise<string> {
  await ask({
    title: t('Unblock {name}?', { name: nameOf(credential) }),
    body: [
      element(
        'p',
        {},
        t('It can sign in to your account again. So can anyone who has a copy of it.'),
      ),
    ],
    action: t('Unblock'),
    isDanger: true,
    run: async () => {
      await desk.change(() =>
        callService<typeof contract.unblockCredential>('POST', `${pathOf(credential)}/unblock`),
      );
    },
  });
  await desk.refresh();
  return t('The passkey was unblocked.');
}

/** Asks, and removes a way to get in. */
export async function removeCredential(desk: Desk, credential: Credential): Promise<string> {
  await ask({
    title: t('Remove {name}?', { name: nameOf(credential) }),
    body: [
      element(
        'p',
        {},
        t(
          'You can no longer sign in with it. Sessions that started with it end, except this one. Your keys are not affected.',
        ),
      ),
    ],
    action: t('Remove'),
    isDanger: true,
    run: async () => {
      await desk.change(() =>
        callService<typeof contract.removeCredential>('DELETE', pathOf(credential)),
      );
    },
  });
  await desk.refresh();
  return t('The way to get in was removed.');
}

/** Asks for a name, and adds a passkey. */
export async function askForPasskey(desk: Desk): Promise<string> {
  await ask({
    title: t('Add a passkey'),
    body: [
      element('p', {}, t('Use another device or a security key, in case you lose the first one.')),
    ],
    action: t('Add'),
    field: { label: t('Name'), value: t('Second passkey') },
    run: async (name) => {
      await desk.change(async () => {
        await addPasskey(name);
        // If the session had ended in between, this would have created another account.
        await requireAccount(desk.account.id);
      });
    },
  });
  await desk.refresh();
  return t('The passkey was added.');
}

/** Adds a wallet. */
export async function takeWallet(desk: Desk, wallet: Wallet): Promise<string> {
  await desk.change(() => addWallet(wallet));
  await desk.refresh();
  return t('The wallet was added.');
}
