/**
 * Signing in, in four views: the ways in, what to do when no passkey was used, a new account, and
 * the choice of a wallet. Returning comes first, because a new account starts empty.
 */
import { button, element, notice } from '../../pages/element.js';
import { findWallets } from '../../pages/find-wallets.js';
import { icon } from '../../pages/icons.js';
import { codeOf, sentenceOf } from '../../pages/page-error.js';
import { canUsePasskeys, signInWithPasskey } from '../../pages/passkeys.js';
import { signInWithWallet } from '../../pages/wallet.js';
import type { ConnectFlow, ConnectView } from './connect-flow.js';
import { createView } from './create-view.js';
import { appTile, closeButton, frameBar } from './frame-bar.js';
import { noPasskeyView } from './no-passkey-view.js';
import { visibleText } from './visible-text.js';
import { walletsView } from './wallets-view.js';
import { t, tNodes } from '../../pages/translate.js';

export type ConnectChoices = {
  readonly appHost: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

const IN_BROWSER = t('Follow the instructions of your browser.');

const VIEWS: { readonly [name in ConnectView]: (flow: ConnectFlow) => HTMLElement } = {
  start: startView,
  none: noPasskeyView,
  create: createView,
  wallets: walletsView,
};

/** Shows the ways to sign in until one of them succeeds. */
export function connectScreen({ appHost, onDone, onCancel }: ConnectChoices): HTMLElement {
  const node = element('section', { class: 'connect' });
  let flow: ConnectFlow | undefined;
  const go = (name: ConnectView): void => {
    const said = notice();
    flow = flowOf({ node, said, appHost, onDone, go });
    node.dataset['view'] = name;
    const body = VIEWS[name](flow);
    body.append(said.node);
    node.replaceChildren(frameBar(closeButton(t('Cancel'), onCancel)), body);
    const heading = node.querySelector('h1');
    if (heading !== null) heading.tabIndex = -1;
    if (node.isConnected) heading?.focus();
  };
  go('start');
  return node;
}

type FlowParts = Pick<ConnectFlow, 'said' | 'appHost' | 'go'> & {
  readonly node: HTMLElement;
  readonly onDone: () => void;
};

function flowOf({ node, said, appHost, onDone, go }: FlowParts): ConnectFlow {
  const run = async (wait: string, way: () => Promise<void>): Promise<string | undefined> => {
    const pressed = document.activeElement;
    setBusy(node, true);
    said.say(wait);
    try {
      await way();
      onDone();
      return undefined;
    } catch (error) {
      setBusy(node, false);
      said.say(sentenceOf(error), codeOf(error));
      if (pressed instanceof HTMLElement) pressed.focus();
      return codeOf(error);
    }
  };
  return {
    said,
    appHost,
    go,
    attempt: async (wait, way) => void (await run(wait, way)),
    usePasskey: async (search) => {
      const code = await run(IN_BROWSER, () => signInWithPasskey(search));
      if (code === 'ERR_PASSKEY_CANCELED' && node.dataset['view'] === 'start') go('none');
    },
    useWallet: async (chosen) => {
      const wallets = chosen === undefined ? findWallets() : [chosen];
      const [only] = wallets;
      if (only === undefined)
        said.say(t('No wallet found in this browser.'), 'ERR_WALLET_CANCELED');
      else if (wallets.length > 1) go('wallets');
      else await run(t('Continue in your wallet.'), () => signInWithWallet(only.wallet));
    },
  };
}

function setBusy(node: HTMLElement, isBusy: boolean): void {
  for (const each of node.querySelectorAll<HTMLButtonElement>('.body button')) {
    each.disabled = isBusy;
  }
}

/** Shows the three ways in, the one of a person who returns first. */
function startView({ appHost, go, usePasskey, useWallet, said }: ConnectFlow): HTMLElement {
  const way = (
    name: 'passkey' | 'create' | 'wallet',
    text: string,
    kind: 'primary' | 'plain' | 'text',
    onClick: () => void,
  ): HTMLButtonElement => {
    const made = button(text, kind, onClick);
    if (name !== 'create') made.prepend(icon(name));
    made.dataset['way'] = name;
    return made;
  };
  const hasPasskeys = canUsePasskeys();
  if (!hasPasskeys) said.say(t('This browser cannot use passkeys here.'));
  return element(
    'div',
    { class: 'body center' },
    appTile(appHost),
    element(
      'h1',
      {},
      ...tNodes('Sign in to {host}', { host: element('b', {}, visibleText(appHost)) }),
    ),
    element('p', { class: 'quiet' }, t('What you store there is kept in your own space.')),
    element(
      'div',
      { class: 'stack' },
      ...(hasPasskeys
        ? [
            way('passkey', t('Continue with a passkey'), 'primary', () => void usePasskey()),
            way('create', t('New here? Create an account'), 'plain', () => go('create')),
          ]
        : []),
      way('wallet', t('Use a wallet'), hasPasskeys ? 'text' : 'primary', () => void useWallet()),
    ),
    element('p', { class: 'foot' }, t('Your key stays in sealed hardware.')),
  );
}
