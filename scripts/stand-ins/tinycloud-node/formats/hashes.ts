/** The stand-in's hashes: independent of the service's code, and in WebAssembly so that tests with many accounts stay quick. */
import { createBLAKE3, createKeccak } from 'hash-wasm';

const [keccak, blake] = await Promise.all([createKeccak(256), createBLAKE3(256)]);

/** Returns the Keccak-256 digest (32 bytes). */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return keccak.init().update(bytes).digest('binary');
}

/** Returns the BLAKE3-256 digest (32 bytes). */
export function blake3(bytes: Uint8Array): Uint8Array {
  return blake.init().update(bytes).digest('binary');
}
