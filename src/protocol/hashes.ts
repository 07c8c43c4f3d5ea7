/**
 * The hashes of the protocol. Implementations return the same bytes and differ in speed: the
 * service installs WebAssembly at its start, and everything else uses JavaScript.
 */
import { blake3 as javascriptBlake3 } from '@noble/hashes/blake3';
import { keccak_256 } from '@noble/hashes/sha3';

/** One implementation of both hashes. Each takes bytes of any length and returns 32 new bytes. */
export type Hashes = {
  readonly keccak256: (bytes: Uint8Array) => Uint8Array;
  readonly blake3: (bytes: Uint8Array) => Uint8Array;
};

/** The implementation in JavaScript, which every other one is tested against. */
export const JAVASCRIPT_HASHES: Hashes = { keccak256: keccak_256, blake3: javascriptBlake3 };

let installed = JAVASCRIPT_HASHES;

/** Installs the implementation that this process uses from now on. */
export function installHashes(hashes: Hashes): void {
  installed = hashes;
}

/** Returns the Keccak-256 digest (32 bytes), with the padding of Ethereum and not of SHA-3. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return installed.keccak256(bytes);
}

/** Returns the BLAKE3-256 digest (32 bytes). */
export function blake3(bytes: Uint8Array): Uint8Array {
  return installed.blake3(bytes);
}
