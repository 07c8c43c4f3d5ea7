/**
 * The envelope of sealed state.
 *
 * | offset | bytes | content                       |
 * | ------ | ----- | ----------------------------- |
 * | 0      | 4     | magic `SWSE`                  |
 * | 4      | 1     | version, always 1             |
 * | 5      | 1     | id of the state key, always 1 |
 * | 6      | 12    | nonce, random for each seal   |
 * | 18     | n     | AES-256-GCM ciphertext        |
 * | 18 + n | 16    | tag                           |
 *
 * The associated data is the first six bytes, then app id, kind, id and generation, each
 * length-prefixed. A document that was moved to another id, generation or application therefore
 * does not open.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { ServiceError } from '../errors.js';
import { concatBytes, lengthPrefixed, utf8 } from './bytes.js';

/** The place an envelope belongs to. Every field is authenticated. */
export type EnvelopePlace = {
  readonly appId: string;
  readonly kind: string;
  readonly id: string;
  readonly generation: number;
};

const HEADER = concatBytes(utf8('SWSE'), Uint8Array.of(1, 1));
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Node.js 24 takes longer to determine the type of raw bytes than to encrypt with them. */
function keyObjectOf(documentKey: Uint8Array): KeyObject {
  if (documentKey.length !== 32) throw new TypeError('a document key has 32 bytes');
  return createSecretKey(documentKey);
}

function associatedData(place: EnvelopePlace): Uint8Array {
  const { appId, generation, id, kind } = place;
  if (!Number.isSafeInteger(generation) || generation < 0) throw new TypeError('not a generation');
  return concatBytes(HEADER, lengthPrefixed([appId, kind, id, String(generation)]));
}

/**
 * Seals plain bytes with the key of the document (32 bytes). The nonce (12 bytes) must be fresh and
 * random for each call.
 */
export function sealEnvelope(
  documentKey: Uint8Array,
  nonce: Uint8Array,
  place: EnvelopePlace,
  plain: Uint8Array,
): Uint8Array {
  const key = keyObjectOf(documentKey);
  if (nonce.length !== NONCE_BYTES) throw new TypeError('a GCM nonce has 12 bytes');
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associatedData(place));
  return concatBytes(HEADER, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/**
 * Opens an envelope. Throws ERR_ENVELOPE_INVALID if the bytes were changed or belong to another
 * place.
 */
export function openEnvelope(
  documentKey: Uint8Array,
  place: EnvelopePlace,
  envelope: Uint8Array,
): Uint8Array {
  const key = keyObjectOf(documentKey);
  const associated = associatedData(place);
  const body = HEADER.length + NONCE_BYTES;
  if (envelope.length < body + TAG_BYTES || !HEADER.every((byte, at) => envelope[at] === byte)) {
    throw new ServiceError('ERR_ENVELOPE_INVALID');
  }
  try {
    const nonce = envelope.subarray(HEADER.length, body);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associated);
    decipher.setAuthTag(envelope.subarray(-TAG_BYTES));
    return concatBytes(decipher.update(envelope.subarray(body, -TAG_BYTES)), decipher.final());
  } catch (cause) {
    throw new ServiceError('ERR_ENVELOPE_INVALID', { cause });
  }
}
