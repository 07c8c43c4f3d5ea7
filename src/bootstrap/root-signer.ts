import type { WalletDid } from '../protocol/did.js';

/**
 * The key that owns the account. PORT: the service opens a sealed user key, the command line a local one.
 *
 * Each call reads the gates again (kill-switch, preference, key archived) and rejects ERR_BOOTSTRAP_GATE_CLOSED where one
 * is shut, so that no signature is made after a person said no.
 */
export type RootSigner = {
  readonly owner: WalletDid;
  /** The EIP-191 signature (65 bytes, r ‖ s ‖ v with v 27 or 28) over the text; deterministic (RFC 6979). */
  sign(text: string): Promise<Uint8Array>;
};
