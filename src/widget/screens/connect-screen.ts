/** The screen for signing in: with a passkey, a new account, or a wallet. */
import { button, element, notice } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';
import { codeOf, toWireError } from '../../pages/page-error.js';
import { appTile, closeButton, frameBar } from './frame-bar.js';
import { visibleText } from './visible-text.js';

export type WayIn = {
  readonly id: 'create' | 'passkey' | 'wallet';
  readonly text: string;
  readonly run: () => Promise<void>;
};

export type ConnectChoices = {
  readonly appHost: string;
  /** In the order in which they are offered. */
  readonly ways: readonly WayIn[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

const WAY_ICONS = { create: 'person', passkey: 'passkey', wallet: 'wallet' } as const;

/** Returns what to say. Browsers do not distinguish a missing passkey from a canceled prompt, so it is a question. */
function failureWords(way: WayIn, error: unknown): string {
  const { code, message } = toWireError(error);
  if (way.id !== 'passkey' || code !== 'ERR_PASSKEY_CANCELED') return message;
  return 'No passkey was used. Is there none on this device? Your account is safe: try again, or choose another way.';
}

export function connectScreen({ appHost, ways, onDone, onCancel }: ConnectChoices): HTMLElement {
  const said = notice();
  const run = async (way: WayIn, pressed: HTMLButtonElement): Promise<void> => {
    setBusy(true);
    said.say(
      way.id === 'wallet' ? 'Continue in your wallet.' : 'Follow the instructions of your browser.',
    );
    try {
      await way.run();
      onDone();
    } catch (error) {
      said.say(failureWords(way, error), codeOf(error));
      setBusy(false);
      pressed.focus();
    }
  };
  const buttons = ways.map((way, at) => {
    const kind = at === 0 ? 'primary' : way.id === 'wallet' ? 'text' : 'plain';
    const made = button(way.text, kind, () => void run(way, made));
    made.prepend(icon(WAY_ICONS[way.id]));
    made.dataset['way'] = way.id;
    return made;
  });
  const setBusy = (isBusy: boolean): void => {
    for (const each of buttons) each.disabled = isBusy;
  };
  return element(
    'section',
    { class: 'connect' },
    frameBar(closeButton('Cancel', onCancel)),
    element(
      'div',
      { class: 'body center' },
      appTile(appHost),
      element('h1', {}, 'Sign in to ', element('b', {}, visibleText(appHost))),
      element('p', { class: 'quiet' }, 'What you store there is kept in your own space.'),
      element('div', { class: 'stack' }, ...buttons),
      said.node,
      element('p', { class: 'foot' }, 'Your key stays in sealed hardware.'),
    ),
  );
}
