/** secp256k1 as this service needs it. PORT; every adapter returns the same bytes (RFC 6979, low S). */
export type Ecdsa = {
  /** The uncompressed public key (65 bytes) of a private key (32 bytes); undefined where it is outside the curve's range. */
  publicKeyOf(privateKey: Uint8Array): Uint8Array | undefined;
  /** r ‖ s ‖ v (65 bytes, v 27 or 28) over a 32-byte digest. */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array;
  /**
   * The uncompressed public key (65 bytes) whose signature this is. `compact`: r ‖ s (64 bytes, in range). Undefined where no
   * key made it.
   */
  recover(digest: Uint8Array, compact: Uint8Array, recoveryId: 0 | 1): Uint8Array | undefined;
};
