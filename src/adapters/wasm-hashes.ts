/** Implements the hashes of the protocol with the WebAssembly of hash-wasm. */
import { createBLAKE3, createKeccak } from 'hash-wasm';
import { ServiceError } from '../errors.js';
import { hex } from '../protocol/bytes.js';
import { type Hashes, JAVASCRIPT_HASHES } from '../protocol/hashes.js';

/** Lengths around the block sizes: 136 bytes for Keccak-256, 64 and 1,024 for BLAKE3. */
const TESTED_LENGTHS = [0, 1, 63, 64, 65, 135, 136, 137, 1_023, 1_024, 1_025, 3_500];

/**
 * Loads both hashes. A call initializes, feeds and finishes its hasher without interruption, so
 * that callers can share it. Rejects ERR_HASHES_SELF_TEST if a digest differs from JavaScript's.
 */
export async function openWasmHashes(): Promise<Hashes> {
  const [keccak, blake] = await Promise.all([createKeccak(256), createBLAKE3(256)]);
  const hashes: Hashes = {
    keccak256: (bytes) => keccak.init().update(bytes).digest('binary'),
    blake3: (bytes) => blake.init().update(bytes).digest('binary'),
  };
  requireEqualHashes(hashes);
  return hashes;
}

/** Throws ERR_HASHES_SELF_TEST if an implementation differs from JavaScript's. */
export function requireEqualHashes(hashes: Hashes): void {
  for (const length of TESTED_LENGTHS) {
    const input = Uint8Array.from({ length }, (_, at) => at % 251);
    for (const name of ['keccak256', 'blake3'] as const) {
      if (hex(hashes[name](input)) === hex(JAVASCRIPT_HASHES[name](input))) continue;
      throw new ServiceError('ERR_HASHES_SELF_TEST', {
        detail: { reason: `${name}, ${length} bytes` },
      });
    }
  }
}
