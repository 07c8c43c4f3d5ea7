/**
 * Web3 Secret Storage, version 3: the file in which wallets keep a private key under a passphrase.
 *
 * The file is made of bytes that the caller can wipe. Libraries take the key as a hex string, which
 * stays in memory until it is collected. A test opens the file with ethers.
 */
import { createCipheriv, scrypt } from 'node:crypto';
import { type Address } from '../protocol/address.js';
import { concatBytes, hex } from '../protocol/bytes.js';
import { keccak256 } from '../protocol/hashes.js';

/** A key file. Byte strings are lower-case hex without a prefix. */
export type KeystoreFile = {
  readonly version: 3;
  /** A random UUID (version 4). */
  readonly id: string;
  readonly address: string;
  readonly crypto: {
    readonly cipher: 'aes-128-ctr';
    readonly cipherparams: { readonly iv: string };
    readonly ciphertext: string;
    readonly kdf: 'scrypt';
    readonly kdfparams: {
      readonly dklen: 32;
      readonly n: number;
      readonly r: number;
      readonly p: number;
      readonly salt: string;
    };
    readonly mac: string;
  };
};

/** 128 MiB and about half a second, as ethers and other wallets use. */
const COST = { N: 131_072, r: 8, p: 1 } as const;
const MAX_MEMORY_BYTES = 256 * 2 ** 20;

/** What the encryption of a key depends on. */
export type KeystoreInput = {
  /** 32 bytes. The caller wipes them. */
  readonly privateKey: Uint8Array;
  readonly address: Address;
  /** Normalized to NFKC, as wallets do. */
  readonly passphrase: string;
  readonly randomBytes: (length: number) => Uint8Array;
};

/** Encrypts a private key under a passphrase. */
export async function encryptKeystore(input: KeystoreInput): Promise<KeystoreFile> {
  const { privateKey, address, passphrase, randomBytes } = input;
  const [salt, iv] = [randomBytes(32), randomBytes(16)];
  const derived = await deriveKey(passphrase, salt);
  try {
    const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
    const ciphertext = concatBytes(cipher.update(privateKey), cipher.final());
    return {
      version: 3,
      id: uuidOf(randomBytes(16)),
      address: address.slice(2).toLowerCase(),
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: hex(iv) },
        ciphertext: hex(ciphertext),
        kdf: 'scrypt',
        kdfparams: { dklen: 32, n: COST.N, r: COST.r, p: COST.p, salt: hex(salt) },
        mac: hex(keccak256(concatBytes(derived.subarray(16), ciphertext))),
      },
    };
  } finally {
    derived.fill(0);
  }
}

/** Derives 32 bytes outside the event loop. */
function deriveKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  const password = Buffer.from(passphrase.normalize('NFKC'));
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, { ...COST, maxmem: MAX_MEMORY_BYTES }, (error, derived) => {
      password.fill(0);
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}

/** Formats 16 random bytes as a UUID of version 4 (RFC 9562). */
function uuidOf(bytes: Uint8Array): string {
  const marked = bytes.slice();
  marked[6] = ((marked[6] ?? 0) & 0x0f) | 0x40;
  marked[8] = ((marked[8] ?? 0) & 0x3f) | 0x80;
  return hex(marked).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
