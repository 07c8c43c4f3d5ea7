/**
 * Shows the setup of an account in one line that opens to its parts. It takes no focus and covers
 * nothing but its own line, so that the person can go on.
 */
import { element } from '../../pages/element.js';
import { type AccountView, progressOf } from '../../pages/follow-account.js';
import { icon } from '../../pages/icons.js';
import { type Part, partsOf } from '../../pages/step-words.js';
import { expectedWords } from '../../pages/until-words.js';
import { closeButton } from './frame-bar.js';
import { chevron } from './review-parts.js';
import { t } from '../../pages/translate.js';

/** A pill that can be updated. */
export type ProgressPill = {
  readonly node: HTMLElement;
  update(view: AccountView): void;
  /** Calls back at once, or as soon as the person has moved the focus out of it. */
  onceLeft(callback: () => void): void;
};

const RUNNING = t('Setting up your storage');
const READY = t('Your storage is ready');
const LATER = t('Set-up will finish later');

const PART_ICONS = { done: 'check', running: 'running', waiting: 'waiting' } as const;
const PART_STATES = { done: 'done', running: t('under way'), waiting: t('not begun') } as const;

const partNode = ({ words, state }: Part): HTMLElement =>
  element(
    'li',
    { class: state },
    icon(PART_ICONS[state], `icon ${state}`),
    element('span', {}, words, element('span', { class: 'aside' }, `, ${PART_STATES[state]}`)),
  );

/** Says how far a setup is, or when it is expected to be ready if it has not begun. */
function countWords(view: AccountView): string {
  if (view.expectedAt !== undefined) return expectedWords(view.expectedAt, Date.now());
  const { done, total } = progressOf(view);
  return total > 0 ? t('{done} of {total}', { done, total }) : '';
}

/** Creates the pill. `onHide` is called when the person hides it. */
export function progressPill(onHide: () => void): ProgressPill {
  // The heading is for those who listen; the line beside it is what changes are read from.
  const heading = element('h1', { class: 'aside' }, RUNNING);
  const said = element('span', { class: 'text', role: 'status' }, RUNNING);
  const count = element('span', { class: 'count' });
  const bar = element('progress', { 'aria-label': RUNNING, max: '20', value: '0' });
  const parts = element('ol', { class: 'parts' });
  const open = element(
    'details',
    { class: 'pill' },
    element(
      'summary',
      { class: 'top' },
      icon('running', 'icon running'),
      said,
      count,
      chevron(),
      bar,
    ),
    parts,
  );
  const node = element('section', { class: 'progress' }, heading, open);
  let ended = '';
  const end = (title: string, name: 'check' | 'clock', detail?: string): void => {
    if (ended === title) return;
    ended = title;
    heading.textContent = title;
    said.replaceChildren(
      title,
      ...(detail === undefined ? [] : [' ', element('small', {}, detail)]),
    );
    const top = element('div', { class: 'top' }, icon(name), said, closeButton(t('Hide'), onHide));
    node.replaceChildren(heading, element('div', { class: `pill ${name}` }, top));
  };
  const run = (view: AccountView): void => {
    const { done, total } = progressOf(view);
    if (ended !== '') {
      ended = '';
      heading.textContent = RUNNING;
      said.textContent = RUNNING;
      open.querySelector('summary')?.insertBefore(said, count);
      node.replaceChildren(heading, open);
    }
    if (total > 0) bar.max = total;
    bar.value = done;
    count.textContent = countWords(view);
    parts.replaceChildren(...partsOf(view.steps).map(partNode));
  };
  return {
    node,
    update: (view) => {
      if (view.status === 'complete') end(READY, 'check');
      else if (view.status === 'failed')
        end(LATER, 'clock', t('Your storage does not answer yet.'));
      else run(view);
    },
    onceLeft: (callback) => {
      if (!document.hasFocus() || !node.contains(document.activeElement)) return callback();
      node.addEventListener('focusout', callback, { once: true });
    },
  };
}
