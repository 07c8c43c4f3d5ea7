/**
 * Registering a passkey and signing in with one, for pages of this service alone. Options and
 * credentials have the JSON forms of WebAuthn Level 3, sections 5.1.8 to 5.1.10.
 */
import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Endpoint, Json } from './endpoint.js';
import { name, time } from './formats.js';
import { passkeyAssertion, passkeyRegistration } from './passkey-response.js';
import { CHANGE_ERRORS } from './problem.js';
import { signedIn } from './sign-in.js';

const descriptor = z
  .strictObject({
    type: z.literal('public-key'),
    id: z.string(),
    transports: z.array(z.string()).exactOptional(),
  })
  .meta({ id: 'CredentialDescriptor' });

const creationOptions = z
  .strictObject({
    challenge: z.string(),
    rp: z.strictObject({ name: z.string(), id: z.string() }),
    user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    attestation: z.literal('none'),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.strictObject({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    extensions: z.strictObject({ credProps: z.literal(true) }),
  })
  .meta({ id: 'PasskeyCreationOptions' });

const requestOptions = z
  .strictObject({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    userVerification: z.literal('required'),
  })
  .meta({ id: 'PasskeyRequestOptions' });

const registrationOptions = z
  .strictObject({ publicKey: creationOptions, expiresAt: time })
  .meta({ id: 'PasskeyRegistrationOptions' });
const signInOptions = z
  .strictObject({ publicKey: requestOptions, expiresAt: time })
  .meta({ id: 'PasskeySignInOptions' });

const optionsRequest = z
  .strictObject({
    newAccount: z.boolean().default(false).meta({
      description: 'Whether to begin a new account although the browser has a session.',
    }),
    name: name.optional().meta({
      description: 'The name under which the browser lists the passkey.',
    }),
  })
  .meta({ id: 'PasskeyRegistrationOptionsRequest' });
const registrationRequest = z
  .strictObject({ credential: passkeyRegistration, name: name.default('Passkey') })
  .meta({ id: 'PasskeyRegistrationRequest' });
const emptyRequest = z.strictObject({}).meta({ id: 'EmptyRequest' });
const assertionRequest = z
  .strictObject({ credential: passkeyAssertion })
  .meta({ id: 'PasskeySignInRequest' });

/** A new passkey, and the session that it began or was added by. */
const registered = z
  .strictObject({ ...signedIn.shape, credentialId: z.string().exactOptional() })
  .meta({ id: 'PasskeyRegistered' });

/** Options for `navigator.credentials.create()`. */
export type PasskeyCreationOptions = Json<typeof creationOptions>;
/** Options for `navigator.credentials.get()`. */
export type PasskeyRequestOptions = Json<typeof requestOptions>;
/** A new passkey, and the session that it began or was added by. */
export type PasskeyRegistered = Json<typeof registered>;

const RESPONSE_ERRORS = [
  'ERR_PASSKEY_INVALID',
  'ERR_PASSKEY_ORIGIN',
  'ERR_PASSKEY_RELYING_PARTY',
  'ERR_PASSKEY_USER_VERIFICATION',
  'ERR_CHALLENGE_INVALID',
  'ERR_CHALLENGE_EXPIRED',
  'ERR_CHALLENGE_USED',
] as const satisfies ErrorCode[];

/** Codes of a registration for a browser that has a session. */
const ADDING_ERRORS = [
  ...CHANGE_ERRORS,
  'ERR_ORIGIN_REFUSED',
  'ERR_SESSION_INVALID',
  'ERR_SESSION_EXPIRED',
  'ERR_STEP_UP_REQUIRED',
] as const satisfies ErrorCode[];

export const getRegistrationOptions = {
  id: 'getPasskeyRegistrationOptions',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/passkey/register/options',
  summary: 'Get what a page needs to create a passkey',
  request: optionsRequest,
  replies: { 200: registrationOptions },
  errors: ADDING_ERRORS,
} as const satisfies Endpoint;

export const registerPasskey = {
  id: 'registerPasskey',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/passkey/register/verify',
  summary: 'Begin an account with a new passkey, or add it to the account of the session',
  request: registrationRequest,
  replies: { 201: registered },
  errors: [
    ...ADDING_ERRORS,
    ...RESPONSE_ERRORS,
    'ERR_CREDENTIAL_IN_USE',
    'ERR_CREDENTIAL_LIMIT',
    'ERR_SIGN_UP_LIMIT',
  ],
} as const satisfies Endpoint;

export const getSignInOptions = {
  id: 'getPasskeySignInOptions',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/passkey/authenticate/options',
  summary: 'Get what a page needs to ask for a passkey',
  request: emptyRequest,
  replies: { 200: signInOptions },
  errors: ['ERR_ORIGIN_REFUSED'],
} as const satisfies Endpoint;

export const signInWithPasskey = {
  id: 'signInWithPasskey',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/passkey/authenticate/verify',
  summary:
    'Begin a session with a passkey, or prove again that the person of the session is present',
  request: assertionRequest,
  replies: { 200: signedIn },
  errors: [
    ...CHANGE_ERRORS,
    ...RESPONSE_ERRORS,
    'ERR_ORIGIN_REFUSED',
    'ERR_SESSION_INVALID',
    'ERR_PASSKEY_UNKNOWN',
    'ERR_PASSKEY_SIGNATURE',
    'ERR_PASSKEY_CLONED',
    'ERR_PASSKEY_OUTDATED',
    'ERR_CREDENTIAL_REMOVED',
    'ERR_TOO_MANY_SIGN_INS',
  ],
} as const satisfies Endpoint;
