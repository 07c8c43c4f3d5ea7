import { ServiceError } from '../errors.js';
import { hex, utf8 } from './bytes.js';
import { keccak256 } from './hashes.js';

/** An Ethereum address in EIP-55 letter case. Only the functions of this file create one. */
export type Address = `0x${string}` & { readonly __brand: 'Address' };

/**
 * Recently written addresses, keyed by their lower-case digits. A request repeats the same address
 * in every resource, and each conversion would cost one hash. The bound keeps strangers' addresses
 * from filling memory.
 */
const written = new Map<string, Address>();
const MOST_WRITTEN = 1_024;

/** Converts 40 lower-case hex digits to EIP-55 letter case. */
function toChecksumCase(lowerCaseDigits: string): Address {
  const known = written.get(lowerCaseDigits);
  if (known !== undefined) return known;
  const address = computeChecksumCase(lowerCaseDigits);
  if (written.size >= MOST_WRITTEN) written.clear();
  written.set(lowerCaseDigits, address);
  return address;
}

/** Computes EIP-55 letter case: a digit is upper case if its hash nibble is 8 or more. */
function computeChecksumCase(lowerCaseDigits: string): Address {
  const hash = hex(keccak256(utf8(lowerCaseDigits)));
  const digits = Array.from(lowerCaseDigits, (digit, index) =>
    Number.parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${digits.join('')}` as Address;
}

/**
 * Parses an address that is in EIP-55 form. Other letter cases are rejected so that a typing error
 * cannot name a different account. Throws ERR_ADDRESS_INVALID.
 */
export function parseAddress(text: string): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) {
    const address = toChecksumCase(text.slice(2).toLowerCase());
    if (address === text) return address;
  }
  throw new ServiceError('ERR_ADDRESS_INVALID');
}

/**
 * Converts an all-lower-case address, which some wallets return, to EIP-55 form. Throws
 * ERR_ADDRESS_INVALID.
 */
export function parseLowerCaseAddress(text: string): Address {
  if (!/^0x[0-9a-f]{40}$/.test(text)) throw new ServiceError('ERR_ADDRESS_INVALID');
  return toChecksumCase(text.slice(2));
}

/** Returns whether the text is an address in EIP-55 form. */
export function isAddress(text: string): text is Address {
  try {
    return parseAddress(text) === text;
  } catch {
    return false;
  }
}

/**
 * Returns the address of an uncompressed public key (65 bytes, starting with 0x04), which is the
 * last 20 bytes of the key's Keccak-256 hash.
 */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  if (publicKey.length !== 65 || publicKey[0] !== 4) {
    throw new TypeError('an uncompressed secp256k1 public key has 65 bytes and starts with 4');
  }
  return toChecksumCase(hex(keccak256(publicKey.subarray(1)).subarray(12)));
}
