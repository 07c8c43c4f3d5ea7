/** The storage of one key: its picture, the table of its parts, and how far they are. */
import type { BootstrapState } from '../api/bootstrap.js';
import { element } from '../pages/element.js';
import { readPageSettings } from '../pages/page-settings.js';
import { progressOf } from '../pages/follow-account.js';
import { expectedWords } from '../pages/until-words.js';
import {
  statesOf,
  STATE_WORDS,
  ACCOUNT_PARTS,
  type PartId,
  type PartState,
} from './account-parts.js';
import { accountPicture } from './account-picture.js';
import { partsTable } from './parts-table.js';
import { storageTitle } from './setup-words.js';
import { t } from '../pages/translate.js';

/** The card, which can be drawn again with another state. */
export type StorageCard = { readonly node: HTMLElement; draw(state: BootstrapState): void };

/** Creates the card. */
export function storageCard(address: string): StorageCard {
  const heading = element('h2', { id: 'storage-title' }, storageTitle({ status: 'none' }));
  const place = element('p', { class: 'quiet' });
  const table = partsTable();
  const picture = accountPicture(address, (id) => table.open(id));
  // Screen readers announce each part once, and not each step.
  const said = element('p', { class: 'aside', role: 'status' });
  const node = element(
    'section',
    { id: 'storage', class: 'card live', 'aria-labelledby': 'storage-title' },
    element('div', { class: 'head' }, heading, place),
    picture.node,
    table.node,
    said,
  );
  let before: ReadonlyMap<PartId, PartState> | undefined;
  return {
    node,
    draw: (state) => {
      const states = statesOf(state);
      node.dataset['status'] = state.status;
      heading.textContent = storageTitle(state);
      place.textContent = placeOf(state);
      picture.draw(states);
      table.draw(states);
      if (before !== undefined) announce(said, before, states);
      before = states;
    },
  };
}

function placeOf(state: BootstrapState): string {
  const { nodeHost } = readPageSettings();
  if (state.status === 'none') return t('It is set up when an app first signs you in.');
  if (state.status !== 'pending') return t('at {host}', { host: nodeHost });
  if (state.expectedAt !== undefined) return expectedWords(state.expectedAt, Date.now());
  const { done, total } = progressOf(state);
  return t('{done} of {total} steps', { done, total });
}

function announce(
  said: HTMLElement,
  before: ReadonlyMap<PartId, PartState>,
  now: ReadonlyMap<PartId, PartState>,
): void {
  const changed = ACCOUNT_PARTS.filter(
    ({ id }) => now.get(id) !== before.get(id) && ['done', 'failed'].includes(now.get(id) ?? ''),
  );
  if (changed.length === 0) return;
  said.textContent = changed
    .map(({ id, name }) => `${name}: ${STATE_WORDS[now.get(id) ?? 'waiting'][0].toLowerCase()}.`)
    .join(' ');
}
