import { button, element } from '../../pages/element.js';
import { accountBadge, frameBar } from './frame-bar.js';
import { t, tNodes } from '../../pages/translate.js';

/**
 * Fills a window between a connection and the signature that usually follows it. The window closes
 * by itself if no request follows.
 */
export const returningScreen = (
  appHost: string,
  address: string,
  onClose: () => void,
): HTMLElement =>
  element(
    'section',
    { class: 'connect' },
    frameBar(),
    element(
      'div',
      { class: 'body center' },
      element('h1', {}, t('You are signed in')),
      element('p', { class: 'account' }, accountBadge(address)),
      element(
        'p',
        { class: 'quiet' },
        ...tNodes('Returning to {host}…', { host: element('b', {}, appHost) }),
      ),
      element('div', { class: 'stack' }, button(t('Close this window'), 'plain', onClose)),
    ),
  );
