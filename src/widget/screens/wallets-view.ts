import { button, element } from '../../pages/element.js';
import { findWallets, type FoundWallet } from '../../pages/find-wallets.js';
import { icon } from '../../pages/icons.js';
import { canUsePasskeys } from '../../pages/passkeys.js';
import { choiceList } from './choice-list.js';
import type { ConnectFlow } from './connect-flow.js';
import { visibleText } from './visible-text.js';
import { t } from '../../pages/translate.js';

const pictureOf = ({ picture }: FoundWallet): Element =>
  picture === undefined
    ? icon('wallet')
    : element('img', { class: 'wallet-logo', src: picture, alt: '' });

/** Shows the wallets that announced themselves. */
export function walletsView({ go, useWallet }: ConnectFlow): HTMLElement {
  const passkey = button(t('Use a passkey instead'), 'text', () => go('start'));
  return element(
    'div',
    { class: 'body' },
    element('h1', {}, t('Choose a wallet')),
    element(
      'p',
      { class: 'quiet' },
      t('It signs one short text to prove that it is yours. Nothing is paid.'),
    ),
    choiceList(
      findWallets().map((each) => ({
        name: each.name,
        picture: pictureOf(each),
        title: visibleText(each.name),
        onChoose: () => void useWallet(each),
      })),
    ),
    canUsePasskeys() ? element('div', { class: 'stack' }, passkey) : undefined,
    element('p', { class: 'foot' }, t('Names and pictures come from the wallets themselves.')),
  );
}
