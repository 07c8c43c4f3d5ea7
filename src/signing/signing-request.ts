/**
 * Parses what is to be signed, once. Policy, reviews, grants, side effects and the setup of the
 * account all judge this one result, so they cannot disagree about the content of a text.
 *
 * | content     | when                                                                                                  |
 * | ----------- | ----------------------------------------------------------------------------------------------------- |
 * | `bytes`     | the bytes are not UTF-8                                                                               |
 * | `text`      | text that neither looks like a sign-in request nor mentions a ReCap                                   |
 * | `sign-in`   | a strict EIP-4361 message without a ReCap                                                             |
 * | `recap`     | a strict EIP-4361 message whose last resource is its one ReCap (EIP-5573), confirmed by its statement |
 * | `malformed` | text that looks like one of the last two and is neither                                               |
 *
 * The content depends on the bytes alone, never on the format in which they were sent.
 */
import type { SignReply } from '../api/sign.js';
import { type ErrorCode, errorCodeOf, ServiceError } from '../errors.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import { type Recap, verifyRecap } from '../protocol/recap.js';
import { parseSiweMessage, type SiweMessage } from '../protocol/siwe-message.js';
import { type GrantedRights, grantedRightsOf } from './granted-rights.js';

/**
 * How the message of a request is encoded. Both formats lead to the same signature over the same
 * bytes.
 */
export type MessageFormat = SignReply['format'];

type SignIn = { readonly text: string; readonly message: SiweMessage };

/** A sign-in request that grants rights. */
export type RecapContent = SignIn & {
  readonly kind: 'recap';
  readonly recap: Recap;
  /** The rights of the ReCap, one entry for each resource. */
  readonly rights: readonly GrantedRights[];
};

/** Text that looks like a sign-in request but does not parse strictly. */
export type MalformedContent = {
  readonly kind: 'malformed';
  readonly text: string;
  /** The reason why it is neither a sign-in nor a ReCap request. */
  readonly code: ErrorCode;
  /** Whether a lenient reader may find capabilities in it. */
  readonly claims: boolean;
  /** Present if the message is strict EIP-4361 and only its ReCap is invalid. */
  readonly message?: SiweMessage;
};

/** The content of a request, as in the table above. */
export type SigningContent =
  | { readonly kind: 'bytes' }
  | { readonly kind: 'text'; readonly text: string }
  | (SignIn & { readonly kind: 'sign-in' })
  | RecapContent
  | MalformedContent;

/** Not exported, so that no other module can create a request. */
const PARSED: unique symbol = Symbol('parsed');

/**
 * A parsed request. Only this module creates one, so the digest and the content always belong to
 * the bytes.
 */
export type SigningRequest = {
  /** What EIP-191 is applied to, at most MAX_MESSAGE_BYTES. */
  readonly bytes: Uint8Array;
  /** EIP-191 over `bytes` (32 bytes), which the key signs. */
  readonly digest: Uint8Array;
  readonly content: SigningContent;
  readonly [PARSED]: true;
};

/** The maximum length of a message, in bytes. */
export const MAX_MESSAGE_BYTES = 32 * 1024;

/** Parses the message of a request. Throws ERR_MESSAGE_INVALID or ERR_MESSAGE_TOO_LARGE. */
export function parseSigningRequest(message: string, format: MessageFormat): SigningRequest {
  if (format === 'raw' && !/^0x(?:[0-9a-fA-F]{2})*$/.test(message)) {
    throw new ServiceError('ERR_MESSAGE_INVALID');
  }
  // A lone surrogate has no UTF-8 encoding, so the signed bytes would differ from what was sent.
  if (format === 'personal_sign' && !message.isWellFormed()) {
    throw new ServiceError('ERR_MESSAGE_INVALID');
  }
  const bytes =
    format === 'raw' ? new Uint8Array(Buffer.from(message.slice(2), 'hex')) : utf8(message);
  if (bytes.length > MAX_MESSAGE_BYTES) throw new ServiceError('ERR_MESSAGE_TOO_LARGE');
  return parseSigningBytes(bytes);
}

/** Parses bytes that were parsed before: a review keeps its bytes and not their content. */
export function parseSigningBytes(bytes: Uint8Array): SigningRequest {
  const digest = personalMessageDigest(bytes);
  return { bytes, digest, content: readContent(bytes), [PARSED]: true };
}

/** Returns the message of a sign-in, with or without rights, or undefined for any other content. */
export const signInMessageOf = (content: SigningContent): SiweMessage | undefined =>
  content.kind === 'sign-in' || content.kind === 'recap' ? content.message : undefined;

// More lenient than any verifier: text that looks like a request and cannot be parsed must not pass
// as plain text.
const SIGN_IN = / wants you to sign in with your Ethereum account:/i;
const RECAP = /urn:recap:/i;

function readContent(bytes: Uint8Array): SigningContent {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { kind: 'bytes' };
  const claims = RECAP.test(text);
  if (!claims && !SIGN_IN.test(text)) return { kind: 'text', text };
  const message = attempt(() => parseSiweMessage(text));
  if (!message.ok) return { kind: 'malformed', text, code: message.code, claims };
  const recap = attempt(() => readRecap(message.value));
  if (!recap.ok) {
    return { kind: 'malformed', text, code: recap.code, claims: true, message: message.value };
  }
  const signIn = { text, message: message.value };
  return recap.value === undefined
    ? { kind: 'sign-in', ...signIn }
    : { kind: 'recap', ...signIn, recap: recap.value, rights: grantedRightsOf(recap.value) };
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode };

function attempt<T>(parse: () => T): Attempt<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    return { ok: false, code };
  }
}

/** Returns the ReCap of a message, or undefined if no resource is one in any letter case. */
function readRecap(message: SiweMessage): Recap | undefined {
  const resources = message.resources ?? [];
  const isRecap = (uri: string): boolean => /^urn:recap:/i.test(uri);
  const count = resources.filter(isRecap).length;
  if (count === 0) return undefined;
  if (count > 1) throw new ServiceError('ERR_RECAP_SEVERAL');
  if (!isRecap(resources.at(-1) ?? '')) throw new ServiceError('ERR_RECAP_NOT_LAST');
  return verifyRecap(message);
}
