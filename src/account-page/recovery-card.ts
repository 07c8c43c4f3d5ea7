/**
 * Shows how many recovery codes are left, and makes new ones. The codes are shown once and never
 * stored by this page.
 */
import type { Account } from '../api/account.js';
import type { RecoveryCodes, replaceRecoveryCodes } from '../api/recovery.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import { copyButton } from './copyable.js';
import type { Desk } from './desk.js';
import { Dialog, FIELD_ERROR } from './dialog.js';
import { offerFile } from './offer-file.js';
import { chip, control, quiet, row, tile } from './parts.js';
import { report } from './said.js';
import { timeOf } from './time-words.js';
import { t, tNodes } from '../pages/translate.js';

/** Returns the card. */
export function recoveryCard(desk: Desk, { recovery }: Account): HTMLElement {
  return element(
    'section',
    { id: 'recovery', class: 'card flush', 'aria-label': t('Recovery codes') },
    element(
      'ul',
      { class: 'rows' },
      row({
        picture: tile('list'),
        title: [
          t('Recovery codes'),
          recovery === null
            ? undefined
            : chip(t('{count} of 10 left', { count: recovery.codesLeft })),
        ],
        lines: [
          recovery === null
            ? quiet(
                t(
                  'Each works once, without a device. Keep them on paper or in a password manager.',
                ),
              )
            : quiet(
                ...tNodes('Made {time}. New ones replace the old.', {
                  time: timeOf(recovery.createdAt),
                }),
              ),
        ],
        controls: [
          control({
            name: 'make-codes',
            text: recovery === null ? t('Make codes') : t('Make new codes'),
            onClick: () => void report(() => makeCodes(desk, recovery !== null)),
          }),
        ],
      }),
    ),
  );
}

/**
 * Makes new codes and shows them. With earlier codes, it asks first, because those stop working.
 */
export async function makeCodes(desk: Desk, hasEarlier: boolean): Promise<string> {
  let made: RecoveryCodes | undefined;
  const make = async (): Promise<void> => {
    made = await desk.change(() =>
      callService<typeof replaceRecoveryCodes>('POST', '/api/account/recovery-codes'),
    );
  };
  if (hasEarlier) {
    await ask({
      title: t('Make new recovery codes?'),
      body: [element('p', {}, t('The codes that you have stop working at once.'))],
      action: t('Make new codes'),
      run: make,
    });
  } else await make();
  if (made !== undefined) await showCodes(made.codes);
  await desk.refresh();
  return t('Your recovery codes are made.');
}

function showCodes(codes: readonly string[]): Promise<void> {
  const isSafe = element('input', { type: 'checkbox' });
  return new Promise((resolve) => {
    const dialog = new Dialog({
      title: t('Your recovery codes'),
      body: [
        element(
          'p',
          {},
          t(
            'Keep them on paper or in a password manager. They are shown this once. Each works once, and lets whoever has it sign in as you.',
          ),
        ),
        ...codesOf(codes),
        element('label', { class: 'checkbox-row' }, isSafe, t('I have put them in a safe place.')),
      ],
      actions: [element('button', { type: 'submit', class: 'button primary' }, t('Done'))],
      hasNoCancel: true,
      resolve,
      reject: () => resolve(),
      onSubmit: () => {
        if (isSafe.checked) void dialog.run(async () => undefined, '');
        else dialog.say(t('Put the codes in a safe place first, and check the box.'), FIELD_ERROR);
      },
    });
    dialog.node.dataset['ask'] = 'recovery-codes';
  });
}

/** The codes, with what copies and saves them. */
function codesOf(codes: readonly string[]): readonly HTMLElement[] {
  const text = codes.join('\n');
  const list = element(
    'ol',
    { class: 'codes' },
    ...codes.map((each) => element('li', {}, element('code', {}, each))),
  );
  const save = control({
    name: 'save-codes',
    text: t('Save as text'),
    icon: 'download',
    onClick: () => offerFile('sealwright-recovery-codes.txt', 'text/plain', `${text}\n`),
  });
  const copy = copyButton({ text, label: t('Copy the recovery codes'), shown: list });
  return [list, element('div', { class: 'list-tools' }, copy, save)];
}
