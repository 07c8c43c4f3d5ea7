/** Finds the key that an app may use, and asks the person where that is not decided yet. */
import type { Key } from '../api/keys.js';
import { PageError } from '../pages/page-error.js';
import { canUsePasskeys } from '../pages/passkeys.js';
import { findKeys, signOut } from '../pages/service-api.js';
import type { AppRequest } from './app-request.js';
import { canProveVisible } from './approve-guard.js';
import { findConsent, rememberConsent } from './consent.js';
import { connectScreen } from './screens/connect-screen.js';
import { continueScreen } from './screens/continue-screen.js';

/** Which key a request is about. */
export type WantedKey = {
  /** The address that must sign. */
  readonly address?: string;
  /** Whether the person chooses, even if they did before. */
  readonly choose?: boolean;
};

const isSame = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase();

/**
 * Returns the key to use for an app. Before the person agrees, the app learns nothing, not even
 * whether an address is theirs. Rejects ERR_USER_REJECTED, ERR_NEEDS_POPUP, ERR_ADDRESS_UNKNOWN, or
 * the service's code.
 */
export async function openKey(app: AppRequest, wanted: WantedKey = {}): Promise<Key> {
  requireFrameThatServes(app);
  const { address, choose = false } = wanted;
  const known = await findKeys();
  const keys = known ?? (await signInFirst(app));
  const consent = findConsent(app.origin);
  const offered =
    address === undefined ? keys : keys.filter((each) => isSame(each.address, address));
  const usual = offered.find((each) => isSame(each.address, consent?.address)) ?? offered[0];
  // Signing in was an answer already, unless there is more than one key to choose from.
  const mustAsk = known === undefined ? offered.length > 1 : consent === undefined || choose;
  if (!mustAsk) return shareKey(app, usual);
  const chosen = await askForKey(app, offered.length === 0 ? keys : offered, usual);
  if (chosen === undefined) {
    await signOut();
    return openKey(app, wanted);
  }
  return shareKey(app, offered.includes(chosen) ? chosen : undefined);
}

function shareKey(app: AppRequest, key: Key | undefined): Key {
  if (key === undefined) throw new PageError('ERR_ADDRESS_UNKNOWN');
  rememberConsent(app.origin, key.address);
  return key;
}

/**
 * Returns the key that the person agreed to show this app, without a screen. Returns undefined
 * without consent or session. Rejects ERR_NEEDS_POPUP.
 */
export async function findSharedKey(app: AppRequest): Promise<Key | undefined> {
  requireFrameThatServes(app);
  const consent = findConsent(app.origin);
  if (consent === undefined) return undefined;
  const keys = await findKeys();
  return keys?.find((each) => isSame(each.address, consent.address)) ?? keys?.[0];
}

function requireFrameThatServes({ isEmbedded }: AppRequest): void {
  if (isEmbedded && !(canUsePasskeys() && canProveVisible()))
    throw new PageError('ERR_NEEDS_POPUP');
}

/** Returns the key that the person chooses, or undefined for another account. */
function askForKey(
  app: AppRequest,
  keys: readonly Key[],
  selected: Key | undefined,
): Promise<Key | undefined> {
  return app.ask('continue', ({ resolve, cancel }) =>
    continueScreen({
      appHost: new URL(app.origin).host,
      keys,
      selected,
      onContinue: resolve,
      onOther: () => resolve(undefined),
      onCancel: cancel,
    }),
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
  // The browser accepted the cookie but does not return it. This can happen in a frame, not in a
  // window.
  throw new PageError(app.isEmbedded ? 'ERR_NEEDS_POPUP' : 'ERR_NOT_CONNECTED');
}
