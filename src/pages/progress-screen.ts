/** Shows the progress of an account's setup and its result. */
import { button, element } from './element.js';
import { type AccountView, progressOf } from './follow-account.js';
import { type Part, partsOf } from './step-words.js';

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

/** The sentence for a failed setup. */
export const FAILED_TEXT =
  'You are signed in and nothing is lost. Your account could not be set up now; the service tries again automatically.';

/** A screen that can be updated. */
export type ProgressScreen = { readonly node: HTMLElement; update(view: AccountView): void };

/** Creates the screen. `onHide` is called when the person hides it. */
export function progressScreen(onHide: () => void): ProgressScreen {
  const heading = element('h1', {}, 'Setting up your account');
  const bar = element('progress', {
    'aria-label': 'Setting up your account',
    max: '20',
    value: '0',
  });
  const parts = element('ul', { class: 'parts' });
  // Screen readers announce each part once, and not each step.
  const said = element(
    'p',
    { role: 'status', class: 'quiet' },
    'You can continue: you do not have to wait.',
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
  else tell(heading, said, 'Setting up your account', 'You can continue: you do not have to wait.');
}

/** Unchanged text is not announced again. */
function tell(heading: HTMLElement, said: HTMLElement, title: string, text: string): void {
  if (heading.textContent !== title) heading.textContent = title;
  if (said.textContent !== text) said.textContent = text;
}
