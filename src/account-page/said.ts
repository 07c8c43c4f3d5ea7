/**
 * The page's one line for what happened, at the bottom, where it covers no control for long: a
 * message stays until the next one, until the person opens another section, or until they close it.
 * The code of an error stands under "Details".
 */
import { element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { codeOf, sentenceOf } from '../pages/page-error.js';
import { t } from '../pages/translate.js';

const words = element('p', { class: 'notice', role: 'status' });
const code = element('code');
const details = element(
  'details',
  { hidden: true },
  element('summary', {}, t('Details')),
  element('p', {}, code),
);
const close = element(
  'button',
  {
    type: 'button',
    class: 'icon-button',
    'aria-label': t('Close the message'),
    onclick: () => say(''),
  },
  icon('close'),
);

/**
 * The element of the line, which stays in the document so that screen readers announce its changes.
 */
export const saidLine = element('div', { id: 'said' }, element('div', {}, words, details), close);

/** Shows a message, or removes it if it is empty. `errorCode` is the code of an error. */
export function say(sentence: string, errorCode?: string): void {
  words.textContent = sentence;
  code.textContent = errorCode ?? '';
  details.hidden = errorCode === undefined;
  details.open = false;
  if (errorCode === undefined) delete saidLine.dataset['code'];
  else saidLine.dataset['code'] = errorCode;
}

/** Performs an action of the person, and reports its result or its error. */
export async function report(work: () => Promise<string | undefined>): Promise<void> {
  try {
    say((await work()) ?? '');
  } catch (error) {
    if (codeOf(error) === 'ERR_USER_REJECTED') say(t('Nothing was changed.'));
    else say(sentenceOf(error), codeOf(error));
  }
}
