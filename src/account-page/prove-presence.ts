/** Asks the person to sign in again before a change that cannot be undone. */
import { element } from '../pages/element.js';
import { Dialog } from './dialog.js';
import { WAIT_WORDS, waysToProve } from './ways-to-prove.js';
import { t } from '../pages/translate.js';

/** Why a new sign-in is needed. */
export type Occasion = 'step-up' | 'session-over';

const WORDS = {
  'step-up': [
    t('Confirm that it is you'),
    t('This change requires a recent sign-in. Sign in again to continue.'),
  ],
  'session-over': [
    t('Sign in again'),
    t('Your session has ended. Sign in to the same account to continue.'),
  ],
} as const;

/** Resolves after a new sign-in. Rejects ERR_USER_REJECTED. */
export function provePresence(occasion: Occasion): Promise<void> {
  const [title, text] = WORDS[occasion];
  return new Promise((resolve, reject) => {
    const buttons = waysToProve().map((way, at) => {
      const use = (): void => void dialog.run(way.run, WAIT_WORDS[way.id]);
      return element(
        'button',
        {
          type: 'button',
          class: `button ${at === 0 ? 'primary' : 'plain'}`,
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
