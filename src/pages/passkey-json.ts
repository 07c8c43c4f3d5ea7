/**
 * Converts the service's JSON about passkeys to the browser's objects, and back.
 *
 * Browsers of a few years ago lack `parseCreationOptionsFromJSON` and `toJSON`, and password
 * managers that replace the browser's implementation return plain objects. Five members are bytes
 * and travel as base64url; the others are copied or left out.
 */
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../api/passkeys.js';
import type { ReviewAssertion } from '../api/reviews.js';
import { PageError } from './page-error.js';

/** Decodes base64url. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * Encodes an ArrayBuffer or a view of one. A text is assumed to be base64url already. Returns
 * undefined for anything else.
 */
function encode(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const bytes = bytesOf(value);
  if (bytes === undefined) return undefined;
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// Compares the name and not the class, because an extension may create the object in another realm.
function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  const name = Object.prototype.toString.call(value);
  return name === '[object ArrayBuffer]' ? new Uint8Array(value as ArrayBuffer) : undefined;
}

type Descriptor = PasskeyCreationOptions['excludeCredentials'][number];

const withBytes = (credentials: readonly Descriptor[]): PublicKeyCredentialDescriptor[] =>
  credentials.map(({ id, type, transports = [] }) => ({
    type,
    id: decode(id),
    transports: [...transports] as AuthenticatorTransport[],
  }));

/** Decodes options for `navigator.credentials.create()`. */
export function readCreationOptions(
  options: PasskeyCreationOptions,
): PublicKeyCredentialCreationOptions {
  return {
    ...options,
    challenge: decode(options.challenge),
    user: { ...options.user, id: decode(options.user.id) },
    pubKeyCredParams: [...options.pubKeyCredParams],
    excludeCredentials: withBytes(options.excludeCredentials),
  };
}

/**
 * Decodes options for `navigator.credentials.get()`. Without `allowCredentials`, any passkey of the
 * service will do.
 */
export function readRequestOptions(
  options: PasskeyRequestOptions | ReviewAssertion,
): PublicKeyCredentialRequestOptions {
  const allowed = 'allowCredentials' in options ? options.allowCredentials : [];
  return {
    ...options,
    challenge: decode(options.challenge),
    allowCredentials: withBytes(allowed),
  };
}

const MEMBERS = [
  'clientDataJSON',
  'attestationObject',
  'authenticatorData',
  'signature',
  'userHandle',
] as const;

/**
 * Returns the members of a credential that the service reads, whatever kind of object the browser
 * returned. Throws ERR_PASSKEY_CANCELED if there is no credential, or ERR_PASSKEY_UNSUPPORTED if it
 * lacks required members.
 */
export function encodeCredential(untrusted: unknown): object {
  if (untrusted === null || untrusted === undefined) throw new PageError('ERR_PASSKEY_CANCELED');
  const { id, rawId, response } = Object(untrusted) as Readonly<Record<string, unknown>>;
  const answered = Object(response) as Readonly<Record<string, unknown>>;
  const members = MEMBERS.flatMap((name) => {
    const text = encode(answered[name]);
    return text === undefined ? [] : [[name, text] as const];
  });
  if (typeof id !== 'string' || members.length < 2) throw new PageError('ERR_PASSKEY_UNSUPPORTED');
  return {
    id,
    rawId: encode(rawId) ?? id,
    type: 'public-key',
    response: { ...Object.fromEntries(members), transports: transportsOf(answered) },
  };
}

function transportsOf(response: Readonly<Record<string, unknown>>): unknown {
  const ask = response['getTransports'];
  if (typeof ask !== 'function') return response['transports'] ?? null;
  try {
    return ask.call(response) as unknown;
  } catch {
    return null;
  }
}
