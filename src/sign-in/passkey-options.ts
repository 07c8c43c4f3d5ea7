/**
 * Creates the options of `navigator.credentials`, in the JSON that `parseCreationOptionsFromJSON`
 * and `parseRequestOptionsFromJSON` read.
 */
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../api/passkeys.js';
import type { UserDocument } from '../accounts/user-document.js';
import { encodeBase64url } from '../protocol/base64url.js';
import { utf8 } from '../protocol/bytes.js';
import {
  createPasskeyChallenge,
  PASSKEY_CHALLENGE_MS,
  type PasskeyPurpose,
} from './passkey-challenge.js';
import type { PasskeyContext } from './passkey-context.js';
import { PASSKEY_ALGORITHMS } from './verify-passkey.js';

const SERVICE_NAME = 'Sealwright';

/** Options for the browser, and when their challenge expires. */
export type PasskeyOptions<O> = { readonly publicKey: O; readonly expiresAtMs: number };

const nameOf = (userId: string): string => `${SERVICE_NAME} account ${userId.slice(0, 8)}`;

/**
 * Creates the options for a new passkey of this user or, without a user, of a new person. The
 * browser lists the passkey under the given name.
 */
export function createRegistrationOptions(
  context: PasskeyContext,
  user: UserDocument | undefined,
  givenName?: string,
): PasskeyOptions<PasskeyCreationOptions> {
  const { clock, keys, passkeys, randomBytes } = context;
  const purpose: PasskeyPurpose =
    user === undefined ? { kind: 'register-new' } : { kind: 'register-add', userId: user.userId };
  const { challenge, expiresAtMs } = createPasskeyChallenge(
    context,
    purpose,
    clock(),
    randomBytes(26),
  );
  const userId = user?.userId ?? keys.passkeyUserId(challenge);
  const name = givenName ?? nameOf(userId);
  const publicKey: PasskeyCreationOptions = {
    challenge,
    rp: { name: SERVICE_NAME, id: passkeys.rpId },
    user: { id: encodeBase64url(utf8(userId)), name, displayName: name },
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: PASSKEY_CHALLENGE_MS,
    attestation: 'none',
    excludeCredentials: (user?.credentials ?? []).flatMap((each) =>
      each.kind === 'passkey'
        ? [{ type: 'public-key' as const, id: each.id, transports: each.transports }]
        : [],
    ),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    extensions: { credProps: true },
  };
  return { publicKey, expiresAtMs };
}

/**
 * Creates the options for signing in. Any passkey of this service may answer; it names its account.
 */
export function createSignInOptions(
  context: PasskeyContext,
): PasskeyOptions<PasskeyRequestOptions> {
  const { clock, passkeys, randomBytes } = context;
  const { challenge, expiresAtMs } = createPasskeyChallenge(
    context,
    { kind: 'authenticate' },
    clock(),
    randomBytes(26),
  );
  const publicKey: PasskeyRequestOptions = {
    challenge,
    rpId: passkeys.rpId,
    timeout: PASSKEY_CHALLENGE_MS,
    userVerification: 'required',
  };
  return { publicKey, expiresAtMs };
}
