/** What is to be signed: the bytes that EIP-191 is applied to, and what they say where they are text. */
import { ServiceError } from '../errors.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';

/** How the message of a request is to be read; both end in the same signature over the same bytes. */
export type MessageFormat = 'personal_sign' | 'raw';

export const MAX_MESSAGE_BYTES = 32 * 1024;

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

/** The text of a payload, whatever the format in which it was sent. */
export const textOf = (payload: Uint8Array): string | undefined => decodeUtf8(payload);
