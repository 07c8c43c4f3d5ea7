/**
 * Derives the keys of a stand-in: an app key, and the KMS's signature over it.
 *
 * dstack derives every key of an application from one app key. The KMS root key signs that key for
 * the application's id.
 */
import { secp256k1 } from '@noble/curves/secp256k1';
import { keccak_256 } from '@noble/hashes/sha3';
import { hkdfSync } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac';
import { sha256 } from '@noble/hashes/sha2';
import { concatBytes, hex, utf8 } from '../../../src/protocol/bytes.js';

export type AppKeys = {
  /** 20 bytes. */
  readonly appId: Uint8Array;
  readonly appKey: Uint8Array;
  /** r ‖ s ‖ recovery id by the KMS root key (65 bytes), or empty without a KMS. */
  readonly kmsSignature: Uint8Array;
};

/** The seed is public, so that a developer's data survive a restart of the stand-in. */
export const DEVELOPMENT_SEED = new Uint8Array(Buffer.from('5ea1'.repeat(16), 'hex'));

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

const partOf = (seed: Uint8Array, info: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', seed, utf8('sealwright stand-in'), utf8(info), 32));

/** Returns the KMS root's compressed public key, in hex. */
export function kmsRootOf(seed: Uint8Array): string {
  return hex(secp256k1.getPublicKey(partOf(seed, 'kms root'), true));
}

/** Derives keys from a seed (32 bytes), for an application with this id. */
export function deriveAppKeys(seed: Uint8Array, appId: Uint8Array, kms = true): AppKeys {
  const appKey = partOf(seed, `app key ${Buffer.from(appId).toString('hex')}`);
  const publicKey = secp256k1.getPublicKey(appKey, true);
  const message = concatBytes(utf8('dstack-kms-issued:'), appId, publicKey);
  const kmsSignature = signRecoverable(message, partOf(seed, 'kms root'));
  return { appId, appKey, kmsSignature: kms ? kmsSignature : new Uint8Array() };
}

/** Parses the file in which an agent's app key is published. */
export function parseAppKeys(json: string): AppKeys {
  const file = JSON.parse(json) as Record<'app_id' | 'k256_key' | 'k256_signature', string>;
  return {
    appId: fromHex(file.app_id),
    appKey: fromHex(file.k256_key),
    kmsSignature: fromHex(file.k256_signature),
  };
}

/** Returns r ‖ s ‖ recovery id over the Keccak-256 of the message. Deterministic, with low s. */
export function signRecoverable(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const signature = secp256k1.sign(keccak_256(message), privateKey);
  return concatBytes(signature.toCompactRawBytes(), Uint8Array.of(signature.recovery));
}

/**
 * Derives the 32 bytes of a path. Purpose and algorithm do not matter: the same path has the same
 * secret.
 */
export function derivePathKey({ appKey }: AppKeys, path: string): Uint8Array {
  return hkdf(appKey, utf8('RATLS'), utf8(path));
}

// `crypto.hkdfSync` rejects an info of more than 1,024 bytes, but an agent accepts any path. This
// computes one block (RFC 5869).
function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): Uint8Array {
  const extracted = hmac(sha256, salt, secret);
  return hmac(sha256, extracted, concatBytes(info, Uint8Array.of(1)));
}
