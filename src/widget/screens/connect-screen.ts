/** Signing in: with a passkey, new or known, or with a wallet. */
import { button, element, notice } from '../../pages/element.js';
import { codeOf, toWireError } from '../../pages/page-error.js';

export type WayIn = {
  readonly id: 'create' | 'passkey' | 'wallet';
  readonly text: string;
  readonly run: () => Promise<void>;
};

export type ConnectChoices = {
  readonly appHost: string;
  /** The first is what is offered first. */
  readonly ways: readonly WayIn[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

export function connectScreen({ appHost, ways, onDone, onCancel }: ConnectChoices): HTMLElement {
  const said = notice();
  const run = async (way: WayIn, pressed: HTMLButtonElement): Promise<void> => {
    setBusy(true);
    said.say(way.id === 'wallet' ? 'Look at your wallet.' : 'Follow your browser.');
    try {
      await way.run();
      onDone();
    } catch (error) {
      said.say(toWireError(error).message, codeOf(error));
      setBusy(false);
      pressed.focus();
    }
  };
  const buttons = ways.map((way, at) => {
    const kind = at === 0 ? 'primary' : way.id === 'wallet' ? 'link' : 'plain';
    const made = button(way.text, kind, () => void run(way, made));
    made.dataset['way'] = way.id;
    return made;
  });
  const setBusy = (isBusy: boolean): void => {
    for (const each of buttons) each.disabled = isBusy;
  };
  return element(
    'section',
    {},
    element('h1', {}, 'Sign in'),
    element('p', {}, 'to use ', element('strong', { class: 'host' }, appHost)),
    element('div', { class: 'stack' }, ...buttons),
    said.node,
    element(
      'p',
      { class: 'quiet' },
      'Your key stays in a sealed machine. Apps get your address, and the signatures that you approve.',
    ),
    element('div', { class: 'actions' }, button('Cancel', 'plain', onCancel)),
  );
}
