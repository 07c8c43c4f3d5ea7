/** Finds the person's key for a request, after a sign-in if no one is signed in. */
import type { Key } from '../api/keys.js';
import { hasConsent, rememberConsent } from './consent.js';
import type { AppRequest } from './app-request.js';
import { button, element } from '../pages/element.js';
import { canProveVisible } from './approve-guard.js';
import { canUsePasskeys } from '../pages/passkeys.js';
import { connectScreen } from './screens/connect-screen.js';
import { accountBadge, appTile, closeButton, frameBar } from './screens/frame-bar.js';
import { findKeys, signOut } from '../pages/service-api.js';
import { PageError } from '../pages/page-error.js';

/**
 * Returns the key to use for an app. Before the person agrees, the app learns nothing, not even
 * whether an address is theirs. Rejects ERR_USER_REJECTED, ERR_NEEDS_POPUP, ERR_ADDRESS_UNKNOWN, or
 * the service's code.
 */
export async function openKey(app: AppRequest, address?: string): Promise<Key> {
  if (app.isEmbedded && !(canUsePasskeys() && canProveVisible())) {
    throw new PageError('ERR_NEEDS_POPUP');
  }
  const known = await findKeys();
  const keys = known ?? (await signInFirst(app));
  const [first] = keys;
  if (known !== undefined && first !== undefined && !hasConsent(app.origin)) {
    if (!(await askToContinue(app, first))) {
      await signOut();
      return openKey(app, address);
    }
  }
  rememberConsent(app.origin);
  const key =
    address === undefined
      ? first
      : keys.find((each) => each.address.toLowerCase() === address.toLowerCase());
  if (key === undefined) throw new PageError('ERR_ADDRESS_UNKNOWN');
  return key;
}

function askToContinue(app: AppRequest, { address }: Key): Promise<boolean> {
  return app.ask('continue', ({ resolve, cancel }) =>
    element(
      'section',
      { class: 'connect' },
      frameBar(closeButton('Cancel', cancel)),
      element(
        'div',
        { class: 'body center' },
        appTile(new URL(app.origin).host),
        element('h1', {}, 'Sign in to ', element('b', {}, new URL(app.origin).host)),
        element('p', { class: 'quiet' }, 'It will see your address.'),
        element('p', { class: 'account' }, accountBadge(address)),
        element(
          'div',
          { class: 'stack' },
          button('Continue', 'primary', () => resolve(true)),
          button('Use another account', 'plain', () => resolve(false)),
        ),
      ),
    ),
  );
}

async function signInFirst(app: AppRequest): Promise<readonly Key[]> {
  await app.ask<void>('connect', ({ resolve, cancel }) =>
    connectScreen({
      appHost: new URL(app.origin).host,
      onDone: () => resolve(),
      onCancel: cancel,
    }),
  );
  const keys = await findKeys();
  if (keys !== undefined) return keys;
  // The browser accepted the cookie but does not return it. This can happen in a frame, not in a window.
  throw new PageError(app.isEmbedded ? 'ERR_NEEDS_POPUP' : 'ERR_NOT_CONNECTED');
}
