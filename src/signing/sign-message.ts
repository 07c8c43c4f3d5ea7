/** The sign use case: bytes in, signature out, then the hook. */
import { ServiceError } from '../errors.js';
import type { UserDocument, UserKey } from '../accounts/user-document.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import type { AfterSign, BootstrapOutcome } from './after-sign.js';

/** How the message of a request is to be read; both end in the same signature over the same bytes. */
export type MessageFormat = 'personal_sign' | 'raw';

export const MAX_MESSAGE_BYTES = 32 * 1024;

export type SignRequest = {
  readonly user: UserDocument;
  readonly keyId: string;
  readonly message: string;
  readonly format: MessageFormat;
  /** How long the answer may wait for the hook. */
  readonly budgetMs: number;
};

export type SignResult = {
  readonly signature: Uint8Array;
  readonly key: UserKey;
  readonly tinycloudBootstrap: BootstrapOutcome;
};

/** The bytes that EIP-191 is applied to. Throws ERR_MESSAGE_INVALID or ERR_MESSAGE_TOO_LARGE. */
export function payloadOf(message: string, format: MessageFormat): Uint8Array {
  if (format === 'raw' && !/^0x(?:[0-9a-fA-F]{2})*$/.test(message)) {
    throw new ServiceError('ERR_MESSAGE_INVALID');
  }
  // A lone surrogate has no UTF-8: what would be signed is not what was sent.
  if (format === 'personal_sign' && !message.isWellFormed()) {
    throw new ServiceError('ERR_MESSAGE_INVALID');
  }
  const payload =
    format === 'raw' ? new Uint8Array(Buffer.from(message.slice(2), 'hex')) : utf8(message);
  if (payload.length > MAX_MESSAGE_BYTES) throw new ServiceError('ERR_MESSAGE_TOO_LARGE');
  return payload;
}

/** The key of a user by id. An id of somebody else is as unknown as one that never was. Throws ERR_KEY_NOT_FOUND. */
export function requireKey(user: UserDocument, keyId: string): UserKey {
  const key = user.keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new ServiceError('ERR_KEY_NOT_FOUND');
  return key;
}

/** Signs a message. The hook runs after the signature exists and can not change it. */
export async function signMessage(
  keys: ServiceKeys,
  afterSign: AfterSign,
  request: SignRequest,
): Promise<SignResult> {
  const key = requireKey(request.user, request.keyId);
  if (key.archivedAtMs !== undefined) throw new ServiceError('ERR_KEY_ARCHIVED');
  const payload = payloadOf(request.message, request.format);
  const signature = keys.sign(key, personalMessageDigest(payload));
  const approved = { user: request.user, key, payload };
  return { signature, key, tinycloudBootstrap: await afterSign(approved, request.budgetMs) };
}
