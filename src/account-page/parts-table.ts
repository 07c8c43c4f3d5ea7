/**
 * The table of an account's parts. It says everything that the picture says, and each row opens to
 * what the part is for.
 */
import { element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import {
  ACCOUNT_PARTS,
  type AccountPart,
  type PartId,
  type PartState,
  STATE_WORDS,
} from './account-parts.js';
import { t } from '../pages/translate.js';

/** The table, which can be drawn again with other states. */
export type PartsTable = {
  readonly node: HTMLTableElement;
  draw(states: ReadonlyMap<PartId, PartState>): void;
  /** Opens the row of a part and moves the focus to it. */
  open(id: PartId): void;
};

/** Creates the table. */
export function partsTable(): PartsTable {
  const rows = ACCOUNT_PARTS.map((part) => ({ part, ...rowOf(part) }));
  return {
    node: element(
      'table',
      { class: 'parts' },
      element('caption', { class: 'aside' }, t('The parts of your account')),
      element(
        'thead',
        { class: 'aside' },
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, t('Part')),
          element('th', { scope: 'col' }, t('State')),
        ),
      ),
      element('tbody', {}, ...rows.map(({ node }) => node)),
    ),
    draw: (states) => {
      for (const { part, state } of rows) drawState(state, states.get(part.id) ?? 'waiting');
    },
    open: (id) => {
      const found = rows.find(({ part }) => part.id === id);
      if (found === undefined) return;
      found.details.open = true;
      found.summary.focus();
      found.node.scrollIntoView({ block: 'nearest' });
    },
  };
}

function rowOf({ id, name, what, meaning }: AccountPart) {
  const summary = element(
    'summary',
    {},
    element('b', {}, name),
    icon('chevron', 'icon turns'),
    element('span', { class: 'quiet' }, what),
  );
  const details = element('details', {}, summary, element('p', { class: 'quiet' }, meaning));
  const state = element('td');
  const node = element('tr', { id: `part-${id}` }, element('th', { scope: 'row' }, details), state);
  return { node, details, summary, state };
}

function drawState(cell: HTMLElement, state: PartState): void {
  if (cell.dataset['state'] === state) return;
  cell.dataset['state'] = state;
  const [word, sign] = STATE_WORDS[state];
  cell.replaceChildren(
    element('span', { class: `state ${state}` }, icon(sign, `icon ${sign}`), word),
  );
}
