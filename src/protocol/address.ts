import { keccak_256 } from '@noble/hashes/sha3';
import { ServiceError } from '../errors.js';
import { hex, utf8 } from './bytes.js';

/** An Ethereum address in EIP-55 letter case; the only way to one is through this file. */
export type Address = `0x${string}` & { readonly __brand: 'Address' };

/**
 * Addresses that were written lately, by their lower-case digits. One request names one address in every resource, and each
 * would cost a hash; the bound keeps strangers' addresses from filling memory.
 */
const written = new Map<string, Address>();
const MOST_WRITTEN = 1_024;

/** Writes 40 hex digits in the letter case of EIP-55. */
function toChecksumCase(lowerCaseDigits: string): Address {
  const known = written.get(lowerCaseDigits);
  if (known !== undefined) return known;
  const address = computeChecksumCase(lowerCaseDigits);
  if (written.size >= MOST_WRITTEN) written.clear();
  written.set(lowerCaseDigits, address);
  return address;
}

/** A digit is upper case where the hash nibble is 8 or more. */
function computeChecksumCase(lowerCaseDigits: string): Address {
  const hash = hex(keccak_256(utf8(lowerCaseDigits)));
  const digits = Array.from(lowerCaseDigits, (digit, index) =>
    Number.parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${digits.join('')}` as Address;
}

/** Accepts an address in its EIP-55 form only: a typing error must not become another account. Throws ERR_ADDRESS_INVALID. */
export function parseAddress(text: string): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) {
    const address = toChecksumCase(text.slice(2).toLowerCase());
    if (address === text) return address;
  }
  throw new ServiceError('ERR_ADDRESS_INVALID');
}

/** The EIP-55 form of an address all in lower case, as wallets give it. Throws ERR_ADDRESS_INVALID. */
export function parseLowerCaseAddress(text: string): Address {
  if (!/^0x[0-9a-f]{40}$/.test(text)) throw new ServiceError('ERR_ADDRESS_INVALID');
  return toChecksumCase(text.slice(2));
}

/** Whether the text is an address in EIP-55 form. */
export function isAddress(text: string): text is Address {
  try {
    return parseAddress(text) === text;
  } catch {
    return false;
  }
}

/** The address of an uncompressed public key (65 bytes, 0x04 first): the last 20 bytes of its Keccak-256. */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  if (publicKey.length !== 65 || publicKey[0] !== 4) {
    throw new TypeError('an uncompressed secp256k1 public key has 65 bytes and starts with 4');
  }
  return toChecksumCase(hex(keccak_256(publicKey.subarray(1)).subarray(12)));
}
