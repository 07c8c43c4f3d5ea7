/** Shows one part of the setup of an account in a list. */
import { element } from './element.js';
import type { Part } from './step-words.js';

const MARKS = { done: '✓', running: '…', waiting: '' } as const;
const STATES = { done: 'done', running: 'under way', waiting: 'not begun' } as const;

/** Returns one part of the setup as a list item. */
export const partLine = ({ words, state }: Part): HTMLElement =>
  element(
    'li',
    { class: state },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[state]),
    element('span', {}, words),
    element('span', { class: 'aside' }, `, ${STATES[state]}`),
  );
