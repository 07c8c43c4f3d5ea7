import { base32 } from 'multiformats/bases/base32';
import { base58btc } from 'multiformats/bases/base58';
import { ServiceError } from '../errors.js';
import { concatBytes } from './bytes.js';
import { blake3 } from './hashes.js';

// CIDv1, codec raw (0x55), multihash BLAKE3-256 (0x1e), 32 bytes (0x20).
const PREFIX = Uint8Array.of(0x01, 0x55, 0x1e, 0x20);
// 36 bytes take 57 characters and 3 more bits. The last character therefore has two unused bits,
// which must be zero.
const CID = /^bafkr4i[a-z2-7]{51}[aeimquy4]$/;

/** Returns the CID of the bytes as the node writes it: base32, always beginning with `bafkr4i`. */
export function cidOf(bytes: Uint8Array): string {
  return base32.encode(concatBytes(PREFIX, blake3(bytes)));
}

/** Returns the BLAKE3-256 digest (32 bytes) of a base32 raw CID. Throws ERR_CID_INVALID. */
export function parseCid(text: string): Uint8Array {
  if (CID.test(text)) {
    const bytes = base32.decode(text);
    if (PREFIX.every((byte, index) => bytes[index] === byte)) return bytes.subarray(4);
  }
  throw new ServiceError('ERR_CID_INVALID');
}

/**
 * Converts a CID to base58btc, the form in which a ReCap lists its parents. Throws ERR_CID_INVALID.
 */
export function cidToBase58(cid: string): string {
  return base58btc.encode(concatBytes(PREFIX, parseCid(cid)));
}

/** Converts a base58btc CID back to base32. Throws ERR_CID_INVALID. */
export function cidFromBase58(text: string): string {
  if (!/^z[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(text)) throw new ServiceError('ERR_CID_INVALID');
  const bytes = base58btc.decode(text);
  const cid = base32.encode(bytes);
  if (cidToBase58(cid) !== text) throw new ServiceError('ERR_CID_INVALID');
  return cid;
}
