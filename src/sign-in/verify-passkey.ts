/**
 * Verifies registrations and assertions. This is the only file that verifies with the WebAuthn
 * library.
 *
 * Failures with a code of their own are detected here first, because the library distinguishes its
 * errors only by their text. The library then checks everything again, and the signature. Two
 * checks are not left to the library:
 *
 * - The attestation statement is replaced by "none". The service asks for no attestation (WebAuthn
 *   Level 3, section 7.1), so it verifies and fetches nothing about it. Some authenticators send a
 *   statement anyway.
 * - `use-passkey.ts` judges the counter after the signature. The library judges it before, so a
 *   caller who relied on that would let anyone have a passkey marked as cloned.
 */
import { createHash } from 'node:crypto';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import {
  decodeAttestationObject,
  isoCBOR,
  parseAuthenticatorData,
} from '@simplewebauthn/server/helpers';
import type { PasskeyCredential } from '../accounts/user-document.js';
import { type ErrorCode, ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';
import {
  parseClientData,
  type PasskeySettings,
  requirePasskeyOrigin,
} from './passkey-client-data.js';
import type { PasskeyAssertion, PasskeyRegistration } from '../api/passkey-response.js';

/** COSE numbers of ES256, EdDSA and RS256, in order of preference. */
export const PASSKEY_ALGORITHMS = [-7, -8, -257];

const MAX_PUBLIC_KEY_BYTES = 1_500;

/** What a verified registration states about its passkey. */
export type PasskeyFacts = Pick<
  PasskeyCredential,
  'id' | 'publicKey' | 'counter' | 'transports' | 'deviceType' | 'backedUp'
>;

/** The expected values. The challenge is in base64url. */
type Expected = { readonly challenge: string; readonly settings: PasskeySettings };

/** Returns a copy with its own memory, as the library's types require. */
const decode = (encoded: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(decodeBase64url(encoded));

async function translated<T>(code: ErrorCode, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new ServiceError(code, { cause });
  }
}

function requireClientData(encoded: string, type: string, { challenge, settings }: Expected): void {
  const client = parseClientData(encoded);
  if (client.type !== type) throw new ServiceError('ERR_PASSKEY_INVALID');
  if (client.challenge !== challenge) throw new ServiceError('ERR_CHALLENGE_INVALID');
  requirePasskeyOrigin(client, settings);
}

type AuthenticatorData = ReturnType<typeof parseAuthenticatorData>;

function requireAuthenticatorData({ rpIdHash, flags }: AuthenticatorData, rpId: string): void {
  const expected = createHash('sha256').update(rpId).digest();
  if (!expected.equals(rpIdHash)) throw new ServiceError('ERR_PASSKEY_RELYING_PARTY');
  if (!flags.up || !flags.uv) throw new ServiceError('ERR_PASSKEY_USER_VERIFICATION');
  // A passkey that is backed up must be eligible for backup.
  if (flags.bs && !flags.be) throw new ServiceError('ERR_PASSKEY_INVALID');
}

/**
 * Verifies a registration. Rejects ERR_PASSKEY_INVALID, _ORIGIN, _RELYING_PARTY or
 * _USER_VERIFICATION, or ERR_CHALLENGE_INVALID.
 */
export async function verifyPasskeyRegistration(
  registration: PasskeyRegistration,
  expected: Expected,
): Promise<PasskeyFacts> {
  const { response } = registration;
  const { origin, rpId } = expected.settings;
  requireClientData(response.clientDataJSON, 'webauthn.create', expected);
  const authData = await translated('ERR_PASSKEY_INVALID', () =>
    decodeAttestationObject(decode(response.attestationObject)).get('authData'),
  );
  const data = await translated('ERR_PASSKEY_INVALID', () => parseAuthenticatorData(authData));
  requireAuthenticatorData(data, rpId);
  const attestationObject = encodeBase64url(withoutStatement(authData));
  const result = await translated('ERR_PASSKEY_INVALID', () =>
    verifyRegistrationResponse({
      response: {
        ...registration,
        response: { clientDataJSON: response.clientDataJSON, attestationObject },
        clientExtensionResults: {},
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    }),
  );
  if (!result.verified) throw new ServiceError('ERR_PASSKEY_INVALID');
  const { credential, credentialDeviceType, credentialBackedUp } = result.registrationInfo;
  const { id, publicKey, counter } = credential;
  if (id !== registration.id || publicKey.length > MAX_PUBLIC_KEY_BYTES) {
    throw new ServiceError('ERR_PASSKEY_INVALID');
  }
  return {
    id,
    publicKey: encodeBase64url(publicKey),
    counter,
    transports: response.transports,
    deviceType: credentialDeviceType,
    backedUp: credentialBackedUp,
  };
}

/** Returns an attestation object of the format "none" over the same authenticator data. */
const withoutStatement = (authData: Uint8Array): Uint8Array =>
  isoCBOR.encode(
    new Map<string, string | Uint8Array | Map<string, string>>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, string>()],
      ['authData', authData],
    ]),
  );

/**
 * Checks everything that does not depend on the passkey's record. Rejects as
 * `verifyPasskeyAssertion`.
 */
export async function requireAssertionShape(
  { response }: PasskeyAssertion,
  expected: Expected,
): Promise<void> {
  requireClientData(response.clientDataJSON, 'webauthn.get', expected);
  const data = await translated('ERR_PASSKEY_INVALID', () =>
    parseAuthenticatorData(decode(response.authenticatorData)),
  );
  requireAuthenticatorData(data, expected.settings.rpId);
}

/** The signed state of a passkey in an assertion. */
export type UsedPasskey = {
  readonly id: string;
  readonly counter: number;
  readonly backedUp: boolean;
};

/**
 * Verifies an assertion against a passkey, except for its counter. Rejects ERR_PASSKEY_SIGNATURE,
 * and ERR_PASSKEY_INVALID, _ORIGIN, _RELYING_PARTY, _USER_VERIFICATION or ERR_CHALLENGE_INVALID.
 */
export async function verifyPasskeyAssertion(
  assertion: PasskeyAssertion,
  passkey: PasskeyCredential,
  expected: Expected,
): Promise<UsedPasskey> {
  await requireAssertionShape(assertion, expected);
  const { origin, rpId, appOrigins } = expected.settings;
  const { clientDataJSON, authenticatorData, signature } = assertion.response;
  const result = await translated('ERR_PASSKEY_SIGNATURE', () =>
    verifyAuthenticationResponse({
      response: {
        ...assertion,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      expectedTopOrigin: [...appOrigins],
      requireUserVerification: true,
      credential: { id: passkey.id, publicKey: decode(passkey.publicKey), counter: 0 },
    }),
  );
  if (!result.verified) throw new ServiceError('ERR_PASSKEY_SIGNATURE');
  const { newCounter, credentialBackedUp } = result.authenticationInfo;
  return { id: passkey.id, counter: newCounter, backedUp: credentialBackedUp };
}
