/** The set-up of the account while it goes on, and how it ended. */
import { button, element } from './element.js';
import { type AccountView, progressOf } from './follow-account.js';
import { type Part, partsOf } from './step-words.js';

const MARKS = { done: '✓', running: '…', waiting: '' } as const;
const STATES = { done: 'done', running: 'under way', waiting: 'not begun' } as const;

/** A part of the set-up, as a line of a list. */
export const partLine = ({ words, state }: Part): HTMLElement =>
  element(
    'li',
    { class: state },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[state]),
    element('span', {}, words),
    element('span', { class: 'aside' }, `, ${STATES[state]}`),
  );

/** One sentence: nothing is lost, and what happens later. */
export const FAILED_TEXT =
  'You are signed in and nothing is lost: your account could not be set up just now, and it is tried again by itself.';

export type ProgressScreen = { readonly node: HTMLElement; update(view: AccountView): void };

export function progressScreen(onHide: () => void): ProgressScreen {
  const heading = element('h1', {}, 'Setting up your account');
  const bar = element('progress', {
    'aria-label': 'Setting up your account',
    max: '20',
    value: '0',
  });
  const parts = element('ul', { class: 'parts' });
  // Said aloud once a part, not once a step.
  const said = element(
    'p',
    { role: 'status', class: 'quiet' },
    'You can go on: this does not hold you up.',
  );
  const actions = element('div', { class: 'actions' }, button('Hide', 'plain', onHide));
  const node = element('section', { class: 'progress' }, heading, bar, parts, said, actions);
  return { node, update: (view) => update({ heading, bar, parts, said }, view) };
}

type Shown = {
  readonly heading: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly parts: HTMLElement;
  readonly said: HTMLElement;
};

function update({ heading, bar, parts, said }: Shown, view: AccountView): void {
  const { done, total, status } = progressOf(view);
  if (total > 0) bar.max = total;
  bar.value = done;
  parts.replaceChildren(...partsOf(view.steps).map(partLine));
  const isFailed = status === 'failed';
  bar.hidden = isFailed;
  parts.hidden = isFailed || status === 'complete';
  if (status === 'complete') tell(heading, said, 'Your account is ready', 'You are signed in.');
  else if (isFailed) tell(heading, said, 'Signed in', FAILED_TEXT);
  else tell(heading, said, 'Setting up your account', 'You can go on: this does not hold you up.');
}

/** What did not change is not said again. */
function tell(heading: HTMLElement, said: HTMLElement, title: string, text: string): void {
  if (heading.textContent !== title) heading.textContent = title;
  if (said.textContent !== text) said.textContent = text;
}
