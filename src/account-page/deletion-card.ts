/** Deletes the account. */
import type { deleteAccount } from '../api/account.js';
import type { ReplyBodyOf } from '../api/call.js';
import { element } from '../pages/element.js';
import { readPageSettings } from '../pages/page-settings.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { control, fold, quiet, row } from './parts.js';
import { report } from './said.js';
import { t } from '../pages/translate.js';

/** What remains after a deletion, in the service's words. */
export type Remains = ReplyBodyOf<typeof deleteAccount>['remains'];

/** Returns the card of the deletion. `onDeleted` is called with what remains. */
export function deletionCard(desk: Desk, onDeleted: (remains: Remains) => void): HTMLElement {
  return element(
    'section',
    { id: 'deletion', class: 'card flush zone', 'aria-label': t('Delete your account') },
    element(
      'ul',
      { class: 'rows' },
      row({
        title: [t('Delete your account')],
        lines: [quiet(t('Your keys are destroyed. Nobody can bring them back.'))],
        controls: [
          control({
            name: 'delete',
            text: t('Delete…'),
            kind: 'danger-line',
            onClick: () => void report(() => askAndDelete(desk, onDeleted)),
          }),
        ],
      }),
    ),
  );
}

async function askAndDelete(desk: Desk, onDeleted: (remains: Remains) => void): Promise<undefined> {
  let remains: Remains | undefined;
  const { keys } = desk.account;
  const phrase = t('delete my account');
  await ask({
    title: t('Delete your account?'),
    body: [
      element('p', {}, t('This cannot be undone, by you or by us.')),
      element(
        'ul',
        { class: 'bullets' },
        element(
          'li',
          {},
          keys.length === 1
            ? t('One key is destroyed. Nobody can sign for its address again.')
            : t('{count} keys are destroyed. Nobody can sign for their addresses again.', {
                count: keys.length,
              }),
        ),
        element(
          'li',
          {},
          t('Your data stays at {host}, and nobody can change or remove it any more.', {
            host: readPageSettings().nodeHost,
          }),
        ),
        element('li', {}, t('Your ways to get in, devices, receipts and activity are removed.')),
      ),
      fold(
        keys.length === 1 ? t('The address') : t('The addresses'),
        element('ul', { class: 'mono' }, ...keys.map(({ address }) => element('li', {}, address))),
      ),
    ],
    cancel: t('Keep my account'),
    action: t('Delete permanently'),
    isDanger: true,
    field: { label: t('To continue, enter: {phrase}', { phrase }), expected: phrase },
    run: async () => {
      ({ remains } = await desk.change(() =>
        callService<typeof deleteAccount>('DELETE', '/api/account'),
      ));
    },
  });
  if (remains !== undefined) onDeleted(remains);
  return undefined;
}
