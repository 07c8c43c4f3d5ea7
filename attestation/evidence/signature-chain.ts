/**
 * The chain by which dstack endorses a key of an application.
 *
 * | signature | by              | over (Keccak-256)                                             |
 * | --------- | --------------- | ------------------------------------------------------------- |
 * | first     | application key | purpose ‖ ":" ‖ public key in hex                             |
 * | second    | KMS root        | "dstack-kms-issued:" ‖ app id (20 bytes) ‖ application key (33) |
 *
 * Recovery always gives some key: a chain says something only where its end is a root that was known before. It proves
 * neither the path of the key nor that the quoted machine holds it.
 */
import { secp256k1 } from '@noble/curves/secp256k1';
import { keccak_256 } from '@noble/hashes/sha3';
import { EvidenceError, expect } from '../check.js';

const CHECK = 'key.custody';

export type EndorsedKey = {
  readonly purpose: string;
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
  /** 20 bytes. */
  readonly appId: Uint8Array;
  /** r ‖ s ‖ recovery id (65 bytes); the second is empty without a KMS. */
  readonly signatureChain: readonly [app: Uint8Array, kms: Uint8Array];
};

export type RecoveredChain = {
  /** Compressed, 33 bytes. */
  readonly appKey: Uint8Array;
  /** Compressed, 33 bytes; undefined where no KMS vouches for the application's key. */
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

/** Who endorsed the key. Throws an EvidenceError of `key.custody` for what is no signature at all. */
export function recoverSignatureChain(endorsed: EndorsedKey): RecoveredChain {
  const { purpose, publicKey, appId, signatureChain } = endorsed;
  const [first, second] = signatureChain;
  const endorsement = `${purpose}:${Buffer.from(publicKey).toString('hex')}`;
  const appKey = recover(first, new Uint8Array(Buffer.from(endorsement)));
  if (second.length === 0) return { appKey, kmsRoot: undefined };
  const issued = Buffer.concat([Buffer.from('dstack-kms-issued:'), appId, appKey]);
  return { appKey, kmsRoot: recover(second, new Uint8Array(issued)) };
}

/** Whether the holder of a key signed this digest: r ‖ s (64 bytes), low s. */
export function isPossessionProof(
  publicKey: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return secp256k1.verify(signature, digest, publicKey, { lowS: true });
  } catch {
    return false;
  }
}
