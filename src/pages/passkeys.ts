/** Uses passkeys directly through the browser's interface, without a library. */
import type { PasskeyAssertionJson, PasskeyRegistrationJson } from '../api/passkey-response.js';
import type * as contract from '../api/passkeys.js';
import type { ReviewAssertion } from '../api/reviews.js';
import { passkeyName } from './device-words.js';
import { encodeCredential, readCreationOptions, readRequestOptions } from './passkey-json.js';
import { callService } from './service-api.js';
import { PageError } from './page-error.js';

const PATH = '/api/auth/passkey';

type Policy = { allowsFeature(name: string): boolean };

/** Returns whether this page can use passkeys, as far as the browser can tell in advance. */
export function canUsePasskeys(): boolean {
  if (!('PublicKeyCredential' in window)) return false;
  if (!('credentials' in navigator)) return false;
  const policy = 'featurePolicy' in document ? (document.featurePolicy as Policy) : undefined;
  return ['publickey-credentials-get', 'publickey-credentials-create'].every(
    (name) => policy?.allowsFeature(name) ?? window.parent === window,
  );
}

/**
 * Creates a passkey with this name and an account that it signs in to. Rejects
 * ERR_PASSKEY_CANCELED, or the service's code.
 */
export async function createAccountWithPasskey(name = suggestedPasskeyName()): Promise<void> {
  await makePasskey({ newAccount: true, name });
}

/**
 * Adds a passkey to the account that is signed in. Resolves to the account's id. Rejects as above.
 */
export async function addPasskey(name: string): Promise<string> {
  return (await makePasskey({ name })).user.id;
}

async function makePasskey(wanted: {
  readonly newAccount?: boolean;
  readonly name: string;
}): Promise<contract.PasskeyRegistered> {
  const { publicKey } = await callService<typeof contract.getRegistrationOptions>(
    'POST',
    `${PATH}/register/options`,
    wanted,
  );
  const credential = await ask<PasskeyRegistrationJson>(() =>
    navigator.credentials.create({ publicKey: readCreationOptions(publicKey) }),
  );
  return callService<typeof contract.registerPasskey>('POST', `${PATH}/register/verify`, {
    credential,
    name: wanted.name,
  });
}

/** Returns the name that a new passkey is given unless the person chooses another. */
export const suggestedPasskeyName = (): string => passkeyName(navigator.userAgent, Date.now());

/** How the browser looks for a passkey. */
export type PasskeySearch = {
  /** Where the passkey is: the browser then offers a phone or a security key first. */
  readonly hints?: readonly ('hybrid' | 'security-key')[];
  /** Offers passkeys in the list that opens at a field, until this signal aborts. */
  readonly inField?: AbortSignal;
};

/** Returns whether the browser can offer passkeys in the list that opens at a field. */
export const offersInField = async (): Promise<boolean> =>
  canUsePasskeys() &&
  'isConditionalMediationAvailable' in PublicKeyCredential &&
  (await PublicKeyCredential.isConditionalMediationAvailable());

/** Signs in with an existing passkey. Rejects as above. */
export async function signInWithPasskey(search: PasskeySearch = {}): Promise<void> {
  const { publicKey } = await callService<typeof contract.getSignInOptions>(
    'POST',
    `${PATH}/authenticate/options`,
    {},
  );
  const credential = await getAssertion(publicKey, search);
  await callService<typeof contract.signInWithPasskey>('POST', `${PATH}/authenticate/verify`, {
    credential,
  });
}

/** Requests a passkey's signature over a challenge of the service. Rejects ERR_PASSKEY_CANCELED. */
export function getAssertion(
  options: contract.PasskeyRequestOptions | ReviewAssertion,
  { hints, inField }: PasskeySearch = {},
): Promise<PasskeyAssertionJson> {
  const publicKey = {
    ...readRequestOptions(options),
    ...(hints === undefined ? {} : { hints: [...hints] }),
  };
  return ask(() =>
    navigator.credentials.get({
      publicKey,
      ...(inField === undefined ? {} : { mediation: 'conditional', signal: inField }),
    }),
  );
}

async function ask<T extends object>(ceremony: () => Promise<Credential | null>): Promise<T> {
  let credential: unknown;
  try {
    credential = await ceremony();
  } catch (error) {
    throw new PageError(isUnsupported(error) ? 'ERR_PASSKEY_UNSUPPORTED' : 'ERR_PASSKEY_CANCELED');
  }
  return encodeCredential(credential) as T;
}

/**
 * The browser does not distinguish a refusal by the person from one by the authenticator, but it
 * reports what it does not support.
 */
function isUnsupported(error: unknown): boolean {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  return ['SecurityError', 'NotSupportedError', 'TypeError'].includes(name);
}
