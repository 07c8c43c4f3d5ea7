/** Passkeys with the platform's own JSON: no library is between the person and the service. */
import { isFields } from '../wire/read-message.js';
import { callService } from './service-api.js';
import { WidgetError } from './widget-error.js';

const PATH = '/api/auth/passkey';

type Policy = { allowsFeature(name: string): boolean };

/** Whether this page may use passkeys, as far as the browser says so beforehand. */
export function canUsePasskeys(): boolean {
  if (!('PublicKeyCredential' in window)) return false;
  if (!('parseCreationOptionsFromJSON' in PublicKeyCredential)) return false;
  const policy = 'featurePolicy' in document ? (document.featurePolicy as Policy) : undefined;
  return ['publickey-credentials-get', 'publickey-credentials-create'].every(
    (name) => policy?.allowsFeature(name) ?? window.parent === window,
  );
}

/** Makes a passkey, and an account that it signs in to. Rejects ERR_PASSKEY_CANCELED, or with the service's code. */
export async function createAccountWithPasskey(): Promise<void> {
  await makePasskey({ newAccount: true }, {});
}

/** Makes a passkey more for the account that is signed in; answers the account's id. Rejects as above. */
export async function addPasskey(name: string): Promise<unknown> {
  const { user } = await makePasskey({}, { name });
  return isFields(user) ? user['id'] : undefined;
}

async function makePasskey(wanted: object, more: object): ReturnType<typeof callService> {
  const { publicKey } = await callService('POST', `${PATH}/register/options`, wanted);
  const options = publicKey as PublicKeyCredentialCreationOptionsJSON;
  const credential = await ask(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    }),
  );
  return callService('POST', `${PATH}/register/verify`, { credential, ...more });
}

/** Signs in with a passkey that is there. Rejects as above. */
export async function signInWithPasskey(): Promise<void> {
  const { publicKey } = await callService('POST', `${PATH}/authenticate/options`, {});
  const credential = await getAssertion(publicKey);
  await callService('POST', `${PATH}/authenticate/verify`, { credential });
}

/** Has a passkey sign a challenge of the service. Rejects ERR_PASSKEY_CANCELED. */
export function getAssertion(options: unknown): Promise<object> {
  const given = options as PublicKeyCredentialRequestOptionsJSON;
  return ask(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given),
    }),
  );
}

async function ask(ceremony: () => Promise<Credential | null>): Promise<object> {
  let credential: Credential | null;
  try {
    credential = await ceremony();
  } catch (error) {
    // The browser does not tell a refusal of the person from one of the authenticator.
    const isPolicy = error instanceof DOMException && error.name === 'SecurityError';
    throw new WidgetError(isPolicy ? 'ERR_PASSKEY_UNSUPPORTED' : 'ERR_PASSKEY_CANCELED');
  }
  if (!(credential instanceof PublicKeyCredential)) throw new WidgetError('ERR_PASSKEY_CANCELED');
  return credential.toJSON();
}
