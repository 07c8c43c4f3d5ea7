/** Uses passkeys directly through the browser's interface, without a library. */
import type { PasskeyAssertionJson, PasskeyRegistrationJson } from '../api/passkey-response.js';
import type * as contract from '../api/passkeys.js';
import type { ReviewAssertion } from '../api/reviews.js';
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
 * Creates a passkey and an account that it signs in to. Rejects ERR_PASSKEY_CANCELED, or the
 * service's code.
 */
export async function createAccountWithPasskey(): Promise<void> {
  await makePasskey({ newAccount: true }, {});
}

/**
 * Adds a passkey to the account that is signed in. Resolves to the account's id. Rejects as above.
 */
export async function addPasskey(name: string): Promise<string> {
  return (await makePasskey({}, { name })).user.id;
}

async function makePasskey(
  wanted: { readonly newAccount?: boolean },
  more: { readonly name?: string },
): Promise<contract.PasskeyRegistered> {
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
    ...more,
  });
}

/** Signs in with an existing passkey. Rejects as above. */
export async function signInWithPasskey(): Promise<void> {
  const { publicKey } = await callService<typeof contract.getSignInOptions>(
    'POST',
    `${PATH}/authenticate/options`,
    {},
  );
  const credential = await getAssertion(publicKey);
  await callService<typeof contract.signInWithPasskey>('POST', `${PATH}/authenticate/verify`, {
    credential,
  });
}

/** Requests a passkey's signature over a challenge of the service. Rejects ERR_PASSKEY_CANCELED. */
export function getAssertion(
  options: contract.PasskeyRequestOptions | ReviewAssertion,
): Promise<PasskeyAssertionJson> {
  return ask(() => navigator.credentials.get({ publicKey: readRequestOptions(options) }));
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
