/** secp256k1 as this service needs it. PORT; every adapter answers the same bytes (RFC 6979, low S). */
export type Ecdsa = {
  /** The uncompressed public key (65 bytes) of a private key (32 bytes); undefined where it is outside the curve's range. */
  publicKeyOf(privateKey: Uint8Array): Uint8Array | undefined;
  /** r ‖ s ‖ v (65 bytes, v 27 or 28) over a 32-byte digest. */
  sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array;
};
