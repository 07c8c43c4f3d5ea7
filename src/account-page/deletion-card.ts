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

const PHRASE = 'delete my account';

/** What remains after a deletion, in the service's words. */
export type Remains = ReplyBodyOf<typeof deleteAccount>['remains'];

/** Returns the card of the deletion. `onDeleted` is called with what remains. */
export function deletionCard(desk: Desk, onDeleted: (remains: Remains) => void): HTMLElement {
  return element(
    'section',
    { id: 'deletion', class: 'card flush zone', 'aria-label': 'Delete your account' },
    element(
      'ul',
      { class: 'rows' },
      row({
        title: ['Delete your account'],
        lines: [quiet('Your keys are destroyed. Nobody can bring them back.')],
        controls: [
          control({
            name: 'delete',
            text: 'Delete…',
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
  await ask({
    title: 'Delete your account?',
    body: [
      element('p', {}, 'This cannot be undone, by you or by us.'),
      element(
        'ul',
        { class: 'bullets' },
        element(
          'li',
          {},
          `${keys.length === 1 ? 'One key is' : `${keys.length} keys are`} destroyed. Nobody can sign for ${keys.length === 1 ? 'its address' : 'their addresses'} again.`,
        ),
        element(
          'li',
          {},
          `Your data stays at ${readPageSettings().nodeHost}, and nobody can change or remove it any more.`,
        ),
        element('li', {}, 'Your ways to get in, devices, receipts and activity are removed.'),
      ),
      fold(
        keys.length === 1 ? 'The address' : 'The addresses',
        element('ul', { class: 'mono' }, ...keys.map(({ address }) => element('li', {}, address))),
      ),
    ],
    cancel: 'Keep my account',
    action: 'Delete permanently',
    isDanger: true,
    field: { label: `To continue, enter: ${PHRASE}`, expected: PHRASE },
    run: async () => {
      ({ remains } = await desk.change(() =>
        callService<typeof deleteAccount>('DELETE', '/api/account'),
      ));
    },
  });
  if (remains !== undefined) onDeleted(remains);
  return undefined;
}
