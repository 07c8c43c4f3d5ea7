/** The screen before a sign-in and after a sign-out. */
import { button, element, notice } from '../pages/element.js';
import { sealMark } from '../pages/mark.js';
import { codeOf, sentenceOf } from '../pages/page-error.js';
import type { Remains } from './deletion-card.js';
import { fold, foldedCode } from './parts.js';
import { say as sayOnPage } from './said.js';
import { WAIT_WORDS, waysIn } from './ways-to-prove.js';
import { t } from '../pages/translate.js';

const AFTER_RECOVERY = t('You are in. Add a passkey now, and look at who else is signed in.');

/** Returns the screen. Calls back after a sign-in. */
export function signInScreen(onDone: () => Promise<void>): HTMLElement {
  const said = notice();
  const details = element('div', { hidden: true });
  const say = (text: string, code?: string): void => {
    said.say(text, code);
    details.hidden = code === undefined;
    details.replaceChildren(...(code === undefined ? [] : [foldedCode(code)]));
  };
  const buttons = waysIn().map((way) => {
    const kind = ['create', 'recovery'].includes(way.id)
      ? 'text'
      : way.id === 'passkey'
        ? 'primary'
        : 'plain';
    const made = button(way.text, kind, () => {
      setBusy(true);
      say(WAIT_WORDS[way.id]);
      way
        .run()
        .then(onDone)
        .then(() => {
          if (way.id === 'recovery') sayOnPage(AFTER_RECOVERY);
        })
        .catch((error: unknown) => {
          setBusy(false);
          if (codeOf(error) === 'ERR_USER_REJECTED') say('');
          else say(sentenceOf(error), codeOf(error));
          made.focus();
        });
    });
    made.dataset['way'] = way.id;
    return made;
  });
  const setBusy = (isBusy: boolean): void => {
    for (const each of buttons) each.disabled = isBusy;
  };
  return element(
    'section',
    { class: 'card sign-in', id: 'sign-in', 'aria-labelledby': 'sign-in-title' },
    sealMark(),
    element('h1', { id: 'sign-in-title', tabindex: '-1' }, t('Your account')),
    element(
      'p',
      { class: 'quiet' },
      t('See your storage, your ways to get in, and what was done.'),
    ),
    element('div', { class: 'stack' }, ...buttons),
    buttons.length === 0
      ? element('p', { class: 'alert' }, t('This browser has neither passkeys nor a wallet.'))
      : undefined,
    said.node,
    details,
  );
}

/** Returns the description of what remains after a deletion. */
export function remainsOf({ data, addresses, tombstone }: Remains): HTMLElement {
  return element(
    'section',
    { class: 'card remains', id: 'remains', tabindex: '-1', 'aria-labelledby': 'remains-title' },
    element('h2', { id: 'remains-title' }, t('Your account is deleted')),
    element('p', {}, t('The following remains:')),
    element('ul', { class: 'bullets' }, element('li', {}, data), element('li', {}, tombstone)),
    fold(
      addresses.length === 1 ? t('The address') : t('The addresses'),
      element('ul', { class: 'mono' }, ...addresses.map((each) => element('li', {}, each))),
    ),
  );
}
