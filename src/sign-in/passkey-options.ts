/** What a page hands to `navigator.credentials`, in the JSON of `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON`. */
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import type { UserDocument } from '../accounts/user-document.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { utf8 } from '../protocol/bytes.js';
import {
  createPasskeyChallenge,
  PASSKEY_CHALLENGE_MS,
  type PasskeyPurpose,
} from './passkey-challenge.js';
import type { PasskeyContext } from './passkey-context.js';
import { PASSKEY_ALGORITHMS } from './verify-passkey.js';

const SERVICE_NAME = 'Sealwright';

export type PasskeyOptions = { readonly publicKey: object; readonly expiresAtMs: number };

const nameOf = (userId: string): string => `${SERVICE_NAME} account ${userId.slice(0, 8)}`;

/** For a new passkey: of this user, or of a person who is new. */
export async function createRegistrationOptions(
  context: PasskeyContext,
  user: UserDocument | undefined,
): Promise<PasskeyOptions> {
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
  const publicKey = await generateRegistrationOptions({
    rpName: SERVICE_NAME,
    rpID: passkeys.rpId,
    userID: new Uint8Array(utf8(userId)),
    userName: nameOf(userId),
    userDisplayName: nameOf(userId),
    challenge: new Uint8Array(decodeBase64url(challenge)),
    timeout: PASSKEY_CHALLENGE_MS,
    attestationType: 'none',
    excludeCredentials: (user?.credentials ?? []).flatMap((each) =>
      each.kind === 'passkey' ? [{ id: each.id, transports: each.transports }] : [],
    ),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
  });
  return { publicKey, expiresAtMs };
}

/** For any passkey of this service: which account it is of, it says itself. */
export async function createSignInOptions(context: PasskeyContext): Promise<PasskeyOptions> {
  const { clock, passkeys, randomBytes } = context;
  const { challenge, expiresAtMs } = createPasskeyChallenge(
    context,
    { kind: 'authenticate' },
    clock(),
    randomBytes(26),
  );
  const publicKey = await generateAuthenticationOptions({
    rpID: passkeys.rpId,
    challenge: new Uint8Array(decodeBase64url(challenge)),
    timeout: PASSKEY_CHALLENGE_MS,
    userVerification: 'required',
  });
  return { publicKey, expiresAtMs };
}
