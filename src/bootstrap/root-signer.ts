import type { WalletDid } from '../protocol/did.js';

/**
 * The key that owns the account. This is a port: the service opens a sealed user key, and the
 * command line uses a local key.
 *
 * Each call checks the gates again (kill switch, preference, archived key) and rejects
 * ERR_BOOTSTRAP_GATE_CLOSED if one is closed, so no signature is made after consent was withdrawn.
 */
export type RootSigner = {
  readonly owner: WalletDid;
  /**
   * Signs the text with EIP-191. The signature (65 bytes, r ‖ s ‖ v with v 27 or 28) is
   * deterministic (RFC 6979).
   */
  sign(text: string): Promise<Uint8Array>;
};
