/** Asks the person to show that they are there, before what can not be taken back. */
import { element } from '../pages/element.js';
import { Dialog } from './dialog.js';
import { WAIT_WORDS, waysToProve } from './ways-to-prove.js';

export type Occasion = 'step-up' | 'session-over';

const WORDS = {
  'step-up': [
    'Show that it is you',
    'This can not be done with an old sign-in. Prove once more that you are there, and it goes on.',
  ],
  'session-over': [
    'Sign in again',
    'Your session is over. Sign in to the same account, and it goes on.',
  ],
} as const;

/** Resolves when a way was used. Rejects ERR_USER_REJECTED. */
export function provePresence(occasion: Occasion): Promise<void> {
  const [title, text] = WORDS[occasion];
  return new Promise((resolve, reject) => {
    const buttons = waysToProve('Continue').map((way, at) => {
      const use = (): void => void dialog.run(way.run, WAIT_WORDS[way.id]);
      return element(
        'button',
        {
          type: 'button',
          class: at === 0 ? 'primary' : 'plain',
          'data-way': way.id,
          onclick: use,
        },
        way.text,
      );
    });
    const body = [element('p', {}, text), element('div', { class: 'stack' }, ...buttons)];
    const dialog = new Dialog({ title, body, actions: [], resolve, reject });
    dialog.node.dataset['ask'] = occasion;
  });
}
