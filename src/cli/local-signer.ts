import type { Address } from '../protocol/address.js';

/** A key that signs here, outside of any enclave. PORT. */
export type LocalSigner = {
  readonly address: Address;
  /** Whether a person is asked for each signature: such a signer never sets up an account by itself. */
  readonly interactive: boolean;
  /**
   * The EIP-191 signature (65 bytes) over the text. Rejects ERR_LOCAL_SIGNATURE_REFUSED where a person said no; the same
   * text must give the same bytes (RFC 6979), or an interrupted run leaves delegations behind that nobody uses.
   */
  sign(text: string): Promise<Uint8Array>;
  /** 32 bytes that follow from the key and the salt. Absent where the key itself is out of reach. */
  readonly deriveSeed?: (salt: Uint8Array) => Uint8Array;
};
