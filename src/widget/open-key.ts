/** From a request to the person's key: whoever is signed in, or a sign-in first. */
import { forgetConsent, hasConsent, isKnownBrowser, rememberConsent } from './consent.js';
import type { AppRequest } from './app-request.js';
import { button, element, shortAddress } from './element.js';
import { canProveVisible } from './approve-guard.js';
import { canUsePasskeys, createAccountWithPasskey, signInWithPasskey } from './passkeys.js';
import { connectScreen, type WayIn } from './screens/connect-screen.js';
import { type AccountKey, findKeys, signOut } from './service-api.js';
import { findWallet, signInWithWallet } from './wallet.js';
import { WidgetError } from './widget-error.js';

/** `isNew`: of a session that began just now. */
export type OpenedKey = { readonly key: AccountKey; readonly isNew: boolean };

/** Rejects ERR_USER_REJECTED, ERR_NEEDS_POPUP, ERR_ADDRESS_UNKNOWN, or with the service's code. */
export async function openKey(app: AppRequest, address?: string): Promise<OpenedKey> {
  if (app.isEmbedded && !(canUsePasskeys() && canProveVisible())) {
    throw new WidgetError('ERR_NEEDS_POPUP');
  }
  const known = await findKeys();
  const keys = known ?? (await signInFirst(app));
  const key =
    address === undefined
      ? keys[0]
      : keys.find((each) => each.address.toLowerCase() === address.toLowerCase());
  if (key === undefined) throw new WidgetError('ERR_ADDRESS_UNKNOWN');
  return { key, isNew: known === undefined };
}

/** The address of the person, for an app that they told it to. */
export async function connect(app: AppRequest): Promise<AccountKey> {
  const { key, isNew } = await openKey(app);
  if (!isNew && !hasConsent(app.origin) && !(await askToContinue(app, key))) {
    await signOut();
    forgetConsent(app.origin);
    return connect(app);
  }
  rememberConsent(app.origin);
  return key;
}

function askToContinue(app: AppRequest, { address }: AccountKey): Promise<boolean> {
  return app.ask('continue', ({ resolve, cancel }) =>
    element(
      'section',
      {},
      element('h1', {}, `Continue as ${shortAddress(address)}?`),
      element(
        'p',
        {},
        element('strong', { class: 'host' }, new URL(app.origin).host),
        ' will see your address.',
      ),
      element(
        'div',
        { class: 'stack' },
        button('Continue', 'primary', () => resolve(true)),
        button('Sign out, and use another account', 'plain', () => resolve(false)),
      ),
      element('div', { class: 'actions' }, button('Cancel', 'plain', cancel)),
    ),
  );
}

async function signInFirst(app: AppRequest): Promise<readonly AccountKey[]> {
  await app.ask<void>('connect', ({ resolve, cancel }) =>
    connectScreen({
      appHost: new URL(app.origin).host,
      ways: waysIn(),
      onDone: () => resolve(),
      onCancel: cancel,
    }),
  );
  const keys = await findKeys();
  if (keys !== undefined) return keys;
  // The browser took the cookie and does not give it back: in a frame it may, in a window of its own it does not.
  throw new WidgetError(app.isEmbedded ? 'ERR_NEEDS_POPUP' : 'ERR_NOT_CONNECTED');
}

function waysIn(): readonly WayIn[] {
  const create: WayIn = {
    id: 'create',
    text: 'Create an account with a passkey',
    run: createAccountWithPasskey,
  };
  const known: WayIn = { id: 'passkey', text: 'I have a passkey', run: signInWithPasskey };
  const wallet = findWallet();
  return [
    ...(isKnownBrowser()
      ? [{ ...known, text: 'Sign in with a passkey' }, create]
      : [create, known]),
    ...(wallet === undefined
      ? []
      : [
          {
            id: 'wallet' as const,
            text: 'Use a wallet instead',
            run: () => signInWithWallet(wallet),
          },
        ]),
  ];
}
