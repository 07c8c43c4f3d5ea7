/** The screen before a sign-in and after a sign-out. */
import { button, type Child, element, notice } from '../pages/element.js';
import { codeOf } from '../pages/page-error.js';
import type { Remains } from './deletion-section.js';
import { sentenceOf } from './section.js';
import { WAIT_WORDS, waysIn } from './ways-to-prove.js';

/** Returns the screen, with `before` above it. Calls back after a sign-in. */
export function signInScreen(
  onDone: () => Promise<void>,
  ...before: readonly Child[]
): HTMLElement {
  const said = notice();
  const buttons = waysIn().map((way, at) => {
    const kind = at === 0 ? 'primary' : way.id === 'create' ? 'link' : 'plain';
    const made = button(way.text, kind, () => {
      setBusy(true);
      said.say(WAIT_WORDS[way.id]);
      way
        .run()
        .then(onDone)
        .catch((error: unknown) => {
          setBusy(false);
          said.say(sentenceOf(error), codeOf(error));
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
    { class: 'part sign-in', id: 'sign-in', 'aria-labelledby': 'sign-in-title' },
    ...before,
    element('h2', { id: 'sign-in-title', tabindex: '-1' }, 'Sign in'),
    element('p', {}, 'Sign in to see and change your account.'),
    element('div', { class: 'stack' }, ...buttons),
    buttons.length === 0
      ? element('p', { class: 'alert' }, 'This browser has neither passkeys nor a wallet.')
      : undefined,
    said.node,
  );
}

/** Returns the description of what remains after a deletion. */
export function remainsOf({ data, addresses, tombstone }: Remains): HTMLElement {
  return element(
    'div',
    { class: 'remains', id: 'remains', tabindex: '-1' },
    element('h2', {}, 'Your account is deleted'),
    element('p', {}, 'The following remains:'),
    element('ul', { class: 'bullets' }, element('li', {}, data), element('li', {}, tombstone)),
    element('ul', { class: 'mono' }, ...addresses.map((each) => element('li', {}, each))),
  );
}
