/** Reads a private key from text and signs with it. */
import type { createEthersEcdsa } from '../adapters/ethers-ecdsa.js';
import { ServiceError } from '../errors.js';
import { addressOfPublicKey } from '../protocol/address.js';
import { parseHex, utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import { deriveBytes } from '../protocol/hkdf.js';
import type { LocalSigner } from './local-signer.js';

type Ecdsa = ReturnType<typeof createEthersEcdsa>;

/** The signer of a private key in memory. */
export type LocalKeySigner = LocalSigner & {
  /** Wipes the key, after which the signer must not be used. */
  close(): void;
};

/**
 * Parses 64 hex digits, with or without `0x` and surrounding white space. Throws
 * ERR_LOCAL_KEY_INVALID.
 */
export function parseLocalKey(text: string): Uint8Array {
  const [, digits] = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(text) ?? [];
  if (digits === undefined) throw new ServiceError('ERR_LOCAL_KEY_INVALID');
  return parseHex(digits.toLowerCase());
}

/** Opens the native secp256k1 library, or a JavaScript one if there is no native build. */
export async function openEcdsa(): Promise<Ecdsa> {
  try {
    const { createSecp256k1Ecdsa } = await import('../adapters/secp256k1-ecdsa.js');
    return createSecp256k1Ecdsa();
  } catch {
    const { createEthersEcdsa } = await import('../adapters/ethers-ecdsa.js');
    return createEthersEcdsa();
  }
}

/**
 * Creates the signer of a private key, which it owns from then on. `interactive` makes it behave as
 * if each signature asked a person. Throws ERR_LOCAL_KEY_INVALID for a number outside the range of
 * the curve.
 */
export function createLocalKeySigner(
  privateKey: Uint8Array,
  ecdsa: Ecdsa,
  { interactive = false }: { readonly interactive?: boolean } = {},
): LocalKeySigner {
  const publicKey = ecdsa.publicKeyOf(privateKey);
  if (publicKey === undefined) throw new ServiceError('ERR_LOCAL_KEY_INVALID');
  return {
    address: addressOfPublicKey(publicKey),
    interactive,
    sign: async (text) => ecdsa.sign(personalMessageDigest(utf8(text)), privateKey),
    deriveSeed: (salt) => deriveBytes(privateKey, ['sealwright.local-run.v1', salt]),
    close: () => void privateKey.fill(0),
  };
}
