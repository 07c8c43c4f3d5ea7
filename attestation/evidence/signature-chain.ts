/**
 * The signature chain with which dstack endorses a key of an application.
 *
 * | signature | by              | over (Keccak-256)                                               |
 * | --------- | --------------- | --------------------------------------------------------------- |
 * | first     | application key | purpose ‖ ":" ‖ public key in hex                               |
 * | second    | KMS root        | "dstack-kms-issued:" ‖ app id (20 bytes) ‖ application key (33) |
 *
 * Recovery always yields some key, so a chain proves something only if it ends at a known root. It
 * proves neither the path of the key nor that the quoted machine holds it.
 */
import { createPublicKey, verify } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1';
import { keccak_256 } from '@noble/hashes/sha3';
import { EvidenceError, expect } from '../check.js';

const CHECK = 'key.custody';

/** A key and its endorsement. */
export type EndorsedKey = {
  readonly purpose: string;
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
  /** 20 bytes. */
  readonly appId: Uint8Array;
  /** r ‖ s ‖ recovery id (65 bytes). The second is empty without a KMS. */
  readonly signatureChain: readonly [app: Uint8Array, kms: Uint8Array];
};

/** The keys that signed the chain. */
export type RecoveredChain = {
  /** Compressed, 33 bytes. */
  readonly appKey: Uint8Array;
  /** Compressed, 33 bytes. Undefined if no KMS vouches for the application's key. */
  readonly kmsRoot: Uint8Array | undefined;
};

function recover(signature: Uint8Array, message: Uint8Array): Uint8Array {
  const recovery = signature[64] ?? 4;
  expect(signature.length === 65 && recovery <= 1, CHECK, 'a signature has another form');
  try {
    const parsed = secp256k1.Signature.fromCompact(signature.subarray(0, 64));
    expect(!parsed.hasHighS(), CHECK, 'a signature has a high s');
    return parsed.addRecoveryBit(recovery).recoverPublicKey(keccak_256(message)).toRawBytes(true);
  } catch (cause) {
    if (cause instanceof EvidenceError) throw cause;
    throw new EvidenceError(CHECK, 'a signature is not one of the curve', cause);
  }
}

/**
 * Recovers the keys that endorsed a key. Throws an EvidenceError of `key.custody` for a malformed
 * signature.
 */
export function recoverSignatureChain(endorsed: EndorsedKey): RecoveredChain {
  const { purpose, publicKey, appId, signatureChain } = endorsed;
  const [first, second] = signatureChain;
  const endorsement = `${purpose}:${Buffer.from(publicKey).toString('hex')}`;
  const appKey = recover(first, new Uint8Array(Buffer.from(endorsement)));
  if (second.length === 0) return { appKey, kmsRoot: undefined };
  const issued = Buffer.concat([Buffer.from('dstack-kms-issued:'), appId, appKey]);
  return { appKey, kmsRoot: recover(second, new Uint8Array(issued)) };
}

/** SubjectPublicKeyInfo of a secp256k1 key, up to its compressed point. */
const SPKI = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex');
/** Half the order of the curve, rounded down. A higher s is the second encoding of a signature. */
const HIGHEST_S = Buffer.from(
  '7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0',
  'hex',
);

/**
 * Returns whether the holder of a key signed SHA-256 of this message. The signature is r ‖ s (64
 * bytes), low s.
 */
export function isPossessionProof(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64 || HIGHEST_S.compare(signature, 32) < 0) return false;
  try {
    const der = Buffer.concat([SPKI, publicKey]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}
