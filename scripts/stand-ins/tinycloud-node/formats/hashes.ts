/**
 * The stand-in's hashes, independent of the service's code. A node that starts loads WebAssembly,
 * so that tests with many accounts stay quick; until then JavaScript computes the same digests.
 */
import { blake3 as slowBlake3 } from '@noble/hashes/blake3';
import { keccak_256 as slowKeccak256 } from '@noble/hashes/sha3';
import { createBLAKE3, createKeccak } from 'hash-wasm';

type Hash = (bytes: Uint8Array) => Uint8Array;

let hashKeccak: Hash = slowKeccak256;
let hashBlake: Hash = slowBlake3;

/** Loads the WebAssembly. */
export async function loadHashes(): Promise<void> {
  const [keccak, blake] = await Promise.all([createKeccak(256), createBLAKE3(256)]);
  hashKeccak = (bytes) => keccak.init().update(bytes).digest('binary');
  hashBlake = (bytes) => blake.init().update(bytes).digest('binary');
}

/** Returns the Keccak-256 digest (32 bytes). */
export const keccak256: Hash = (bytes) => hashKeccak(bytes);

/** Returns the BLAKE3-256 digest (32 bytes). */
export const blake3: Hash = (bytes) => hashBlake(bytes);
