import type { Key } from '../../api/keys.js';
import { button, element, shortAddress } from '../../pages/element.js';
import { rosette } from '../../pages/rosette.js';
import { accountBadge, appTile, closeButton, frameBar } from './frame-bar.js';
import { t, tNodes } from '../../pages/translate.js';

/** What the screen offers. */
export type ContinueChoices = {
  readonly appHost: string;
  /** The keys that can sign, at least one. */
  readonly keys: readonly Key[];
  readonly selected: Key | undefined;
  readonly onContinue: (key: Key) => void;
  readonly onOther: () => void;
  readonly onCancel: () => void;
};

/**
 * Asks a signed-in person whether an app may know their address and, of several keys, which one.
 */
export function continueScreen(choices: ContinueChoices): HTMLElement {
  const { appHost, keys, onContinue, onOther, onCancel } = choices;
  let { selected = keys[0] } = choices;
  const which =
    keys.length > 1
      ? keyList(keys, selected, (key) => (selected = key))
      : element('p', { class: 'account' }, selected && accountBadge(selected.address));
  return element(
    'section',
    { class: 'connect' },
    frameBar(closeButton(t('Cancel'), onCancel)),
    element(
      'div',
      { class: 'body center' },
      appTile(appHost),
      element('h1', {}, ...tNodes('Sign in to {host}', { host: element('b', {}, appHost) })),
      element('p', { class: 'quiet' }, t('It will see your address.')),
      which,
      element(
        'div',
        { class: 'stack' },
        button(t('Continue'), 'primary', () => selected && onContinue(selected)),
        button(t('Use another account'), 'plain', onOther),
      ),
    ),
  );
}

/** Lists the keys as radio buttons, in a list that scrolls where there are many. */
function keyList(
  keys: readonly Key[],
  selected: Key | undefined,
  onSelect: (key: Key) => void,
): HTMLElement {
  return element(
    'fieldset',
    { class: 'keys' },
    element('legend', {}, t('Which key does it use?')),
    ...keys.map((key) =>
      element(
        'label',
        { 'data-key': key.address },
        element('input', {
          type: 'radio',
          name: 'key',
          value: key.id,
          checked: key.id === selected?.id,
          onchange: () => onSelect(key),
        }),
        rosette(key.address),
        element('span', {}, key.label),
        element('bdi', { dir: 'ltr', class: 'quiet' }, shortAddress(key.address)),
      ),
    ),
  );
}
