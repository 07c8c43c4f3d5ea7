/** Compresses an uncompressed secp256k1 public key (65 bytes, starting with 0x04) to 33 bytes. */
export function compressPublicKey(uncompressed: Uint8Array): Uint8Array {
  if (uncompressed.length !== 65 || uncompressed[0] !== 4) {
    throw new TypeError('an uncompressed secp256k1 public key has 65 bytes and starts with 4');
  }
  const compressed = uncompressed.slice(0, 33);
  compressed[0] = ((uncompressed[64] ?? 0) & 1) === 1 ? 3 : 2;
  return compressed;
}
