import { element, shortAddress } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';
import { sealMark } from '../../pages/mark.js';
import { readPageSettings } from '../../pages/page-settings.js';
import { rosette } from '../../pages/rosette.js';
import { t } from '../../pages/translate.js';

/**
 * Creates the bar above each screen: the mark, and at the other end an account or a close button.
 */
export function frameBar(end?: HTMLElement): HTMLElement {
  const { isSimulated } = readPageSettings();
  return element(
    'header',
    { class: 'bar' },
    element(
      'span',
      { class: 'brand' },
      sealMark(),
      'Sealwright',
      isSimulated
        ? element('span', { class: 'chip', title: t('There is no real enclave.') }, t('Simulated'))
        : undefined,
    ),
    end,
  );
}

/** Shows the account that a request is for, by its rosette and its short address. */
export const accountBadge = (address: string): HTMLElement =>
  element(
    'span',
    { class: 'who' },
    element('span', { class: 'aside' }, `${t('With your account')} `),
    rosette(address),
    element('bdi', { dir: 'ltr' }, shortAddress(address)),
  );

/** Creates a button with a cross. Assistive technology reads its label. */
export const closeButton = (label: string, onClick: () => void): HTMLButtonElement =>
  element(
    'button',
    { type: 'button', class: 'icon-button', onclick: onClick },
    icon('close'),
    element('span', { class: 'aside' }, label),
  );

/**
 * Shows the first letter of an app's host on a tint, which has no meaning. The app cannot choose
 * either.
 */
export function appTile(host: string): HTMLElement {
  const tint =
    Array.from(host, (letter) => letter.codePointAt(0) ?? 0).reduce((a, b) => a + b, 0) % 3;
  const letter = (/[\p{L}\p{N}]/u.exec(host)?.[0] ?? '?').toUpperCase();
  return element(
    'span',
    { class: 'tile', 'data-tint': String(tint), 'aria-hidden': 'true' },
    letter,
  );
}
