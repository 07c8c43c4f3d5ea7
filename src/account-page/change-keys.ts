/** Changes the person's keys. Each function returns the sentence that reports its result. */
import type { getReceipt } from '../api/bootstrap.js';
import type * as contract from '../api/keys.js';
import type { Key } from '../api/keys.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { offerFile } from './offer-file.js';
import { pathOfKey } from './read-account.js';
import { t } from '../pages/translate.js';

/** Asks for a name, and creates a key. */
export async function createKey(desk: Desk): Promise<string> {
  await ask({
    title: t('Create a key'),
    body: [element('p', {}, t('The new key has its own address and its own TinyCloud account.'))],
    action: t('Create'),
    field: { label: t('Name'), value: t('Key {number}', { number: desk.account.keys.length + 1 }) },
    run: async (label) => {
      await desk.change(() =>
        callService<typeof contract.createKey>('POST', '/api/keys', { label }),
      );
    },
  });
  await desk.refresh();
  return t('The key was created.');
}

/** Asks for a new name, and sets it. */
export async function renameKey(desk: Desk, key: Key): Promise<string> {
  await ask({
    title: t('Rename this key'),
    body: [],
    action: t('Rename'),
    field: { label: t('Name'), value: key.label },
    run: async (label) => {
      await desk.change(() =>
        callService<typeof contract.renameKey>('PATCH', pathOfKey(key.id), { label }),
      );
    },
  });
  await desk.refresh();
  return t('The key was renamed.');
}

/** Asks, and stops a key from signing. */
export async function archiveKey(desk: Desk, key: Key): Promise<string> {
  await ask({
    title: t('Archive {name}?', { name: key.label }),
    body: [
      element(
        'p',
        {},
        t(
          'It can no longer sign, so apps that use this address cannot sign you in. The address and its data stay, and you can restore the key.',
        ),
      ),
    ],
    action: t('Archive'),
    run: async () => {
      await desk.change(() =>
        callService<typeof contract.archiveKey>('POST', `${pathOfKey(key.id)}/archive`),
      );
    },
  });
  await desk.refresh();
  return t('The key is archived.');
}

/** Lets an archived key sign again. */
export async function restoreKey(desk: Desk, key: Key): Promise<string> {
  await desk.change(() =>
    callService<typeof contract.unarchiveKey>('POST', `${pathOfKey(key.id)}/unarchive`),
  );
  await desk.refresh();
  return t('The key can sign again.');
}

/** Downloads the receipt of a key's account. */
export async function downloadReceipt(desk: Desk, key: Key): Promise<string> {
  const { receipt } = await desk.change(() =>
    callService<typeof getReceipt>('GET', `${pathOfKey(key.id)}/bootstrap/receipt`),
  );
  offerFile(`receipt-${key.address}.jws`, 'application/jose', receipt);
  return t('The receipt is in your downloads. docs/verify.md explains how to verify it.');
}
