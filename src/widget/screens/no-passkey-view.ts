import { button, element } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';
import { choiceList } from './choice-list.js';
import type { ConnectFlow } from './connect-flow.js';
import { t } from '../../pages/translate.js';

/**
 * Offers the next way after no passkey was used. Browsers do not distinguish a missing passkey from
 * a canceled prompt, so the heading is a question.
 */
export function noPasskeyView({ go, usePasskey, useWallet }: ConnectFlow): HTMLElement {
  const again = button(t('Try the passkey again'), 'plain', () => void usePasskey());
  again.dataset['way'] = 'passkey';
  const create = button(t('New here? Create an account'), 'text', () => go('create'));
  create.dataset['way'] = 'create';
  return element(
    'div',
    { class: 'body' },
    element('h1', {}, t('No passkey found on this device?')),
    element(
      'p',
      { class: 'quiet' },
      t('None was used. Your account is safe: choose another way in.'),
    ),
    choiceList([
      {
        name: 'phone',
        picture: icon('phone'),
        title: t('Use my phone or a security key'),
        detail: t('Scan a code, or plug the key in'),
        onChoose: () => void usePasskey({ hints: ['hybrid', 'security-key'] }),
      },
      {
        name: 'wallet',
        picture: icon('wallet'),
        title: t('Use a wallet'),
        onChoose: () => void useWallet(),
      },
      {
        name: 'recovery',
        picture: icon('shield'),
        title: t('Use a recovery code'),
        detail: t('Opens your account, where you add a new passkey'),
        // A code lets its owner add a way in and nothing else, which the account page does.
        onChoose: () => void window.open('/account', '_blank', 'noopener'),
      },
    ]),
    element('div', { class: 'stack' }, again, create),
  );
}
