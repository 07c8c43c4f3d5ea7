import { blake3 } from './hashes.js';
import { base16 } from 'multiformats/bases/base16';
import { base32 } from 'multiformats/bases/base32';
import { base36 } from 'multiformats/bases/base36';
import { base58btc } from 'multiformats/bases/base58';
import { base64url } from 'multiformats/bases/base64';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';

const RAW = 0x55;
const BLAKE3 = 0x1e;
const ANY_BASE = base32.decoder
  .or(base58btc.decoder)
  .or(base36.decoder)
  .or(base16.decoder)
  .or(base64url.decoder);

/** Returns the CID of a token or signed message: version 1, raw, BLAKE3-256, in base32. */
export function cidOf(bytes: Uint8Array): string {
  return CID.createV1(RAW, createDigest(BLAKE3, blake3(bytes))).toString();
}

/**
 * Returns the canonical text of a CID in any base. The codec is dropped, because the node
 * identifies by the hash alone.
 */
export function canonicalCid(text: string): string | undefined {
  try {
    const cid = text.startsWith('Qm') ? CID.parse(text) : CID.parse(text, ANY_BASE);
    return CID.createV1(RAW, cid.multihash).toString();
  } catch {
    return undefined;
  }
}

/** Returns the bytes of a CID, which `capabilities/read` prints as numbers. */
export function cidBytes(cid: string): readonly number[] {
  return [...CID.parse(cid).bytes];
}
