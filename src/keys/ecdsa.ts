/**
 * The secp256k1 operations of the service. This is a port; every adapter returns the same bytes
 * (RFC 6979, low S).
 */
export type Ecdsa = {
  /**
   * Returns the uncompressed public key (65 bytes) of a private key (32 bytes), or undefined if the
   * private key is outside the range of the curve.
   */
  publicKeyOf(privateKey: Uint8Array): Uint8Array | undefined;
  /** Signs a 32-byte digest. Returns r ‖ s ‖ v (65 bytes, v 27 or 28). */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /**
   * Recovers the uncompressed public key (65 bytes) of a signature. `compact` is r ‖ s (64 bytes,
   * in range). Returns undefined if no key can have made the signature.
   */
  recover(digest: Uint8Array, compact: Uint8Array, recoveryId: 0 | 1): Uint8Array | undefined;
};
