/**
 * Exports a key as an encrypted file, after the person typed a passphrase twice and a confirmation.
 */
import type { exportKey as exportKeyEndpoint, Key } from '../api/keys.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import type { Desk } from './desk.js';
import { Dialog, FIELD_ERROR } from './dialog.js';
import { offerFile } from './offer-file.js';
import { pathOfKey } from './read-account.js';
import { t } from '../pages/translate.js';

const MIN_PASSPHRASE = 12;

type Fields = {
  readonly passphrase: string;
  readonly again: string;
  readonly confirmation: string;
};

const phraseOf = ({ label }: Key): string => `export ${label}`;

function problemOf({ passphrase, again, confirmation }: Fields, key: Key): string | undefined {
  if (passphrase.length < MIN_PASSPHRASE) {
    return t('The passphrase must have at least {count} characters.', { count: MIN_PASSPHRASE });
  }
  if (passphrase !== again) return t('The two passphrases differ.');
  return confirmation === phraseOf(key)
    ? undefined
    : t('Enter: {phrase}', { phrase: phraseOf(key) });
}

const field = (type: 'password' | 'text'): HTMLInputElement =>
  element('input', {
    type,
    autocomplete: type === 'password' ? 'new-password' : 'off',
    spellcheck: 'false',
  });

/** Asks, and downloads the encrypted key. */
export async function exportKey(desk: Desk, key: Key): Promise<string> {
  await askAndExport(desk, key);
  await desk.refresh();
  return t('The encrypted key is in your downloads.');
}

function askAndExport(desk: Desk, key: Key): Promise<void> {
  const [passphrase, again, confirmation] = [field('password'), field('password'), field('text')];
  return new Promise((resolve, reject) => {
    const dialog = new Dialog({
      title: t('Export {name}?', { name: key.label }),
      body: [
        element(
          'p',
          {},
          t('You get a file that wallets open with your passphrase. The key stays here as well.'),
        ),
        element(
          'p',
          {},
          t(
            'Whoever has the file and the passphrase is you. They can read your secrets and move what your address owns, for good. We cannot take it back.',
          ),
        ),
        element('label', {}, t('Passphrase'), passphrase),
        element('label', {}, t('The passphrase again'), again),
        element(
          'label',
          {},
          t('To continue, enter: {phrase}', { phrase: phraseOf(key) }),
          confirmation,
        ),
      ],
      actions: [element('button', { type: 'submit', class: 'button danger' }, t('Export'))],
      resolve,
      reject,
      onSubmit: () => {
        const typed = {
          passphrase: passphrase.value,
          again: again.value,
          confirmation: confirmation.value.trim(),
        };
        const problem = problemOf(typed, key);
        if (problem === undefined) void dialog.run(() => save(desk, key, typed), t('One moment…'));
        else dialog.say(problem, FIELD_ERROR);
      },
    });
  });
}

async function save(desk: Desk, key: Key, { passphrase, confirmation }: Fields): Promise<void> {
  const file = await desk.change(() =>
    callService<typeof exportKeyEndpoint>('POST', `${pathOfKey(key.id)}/export`, {
      passphrase,
      confirmation,
    }),
  );
  offerFile(`key-${key.address}.json`, 'application/json', JSON.stringify(file));
}
