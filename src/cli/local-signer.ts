import type { Address } from '../protocol/address.js';

/** A key that signs outside any enclave. This is a port. */
export type LocalSigner = {
  readonly address: Address;
  /** Whether each signature asks a person. Such a signer never sets up an account by itself. */
  readonly interactive: boolean;
  /**
   * Signs the text with EIP-191 (65 bytes). Rejects ERR_LOCAL_SIGNATURE_REFUSED if the person
   * refuses. The same text must give the same bytes (RFC 6979), because otherwise an interrupted
   * run leaves unused delegations behind.
   */
  sign(text: string): Promise<Uint8Array>;
  /** Derives 32 bytes from the key and the salt. Absent if the key itself is not accessible. */
  readonly deriveSeed?: (salt: Uint8Array) => Uint8Array;
};
