import type { Address } from '../protocol/address.js';

/** A signature that only the contract at an address can judge. */
export type ContractSignature = {
  readonly address: Address;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** In the form of EIP-1271, or wrapped as EIP-6492 describes. */
  readonly signature: Uint8Array;
};

/**
 * Asks a chain whether a contract wallet accepts a signature. PORT; `src/adapters/contract-wallets`
 * implements it.
 */
export type ContractWallets = {
  /** Rejects ERR_CONTRACT_WALLET_UNAVAILABLE if the chain cannot be asked. */
  readonly accepts: (asked: ContractSignature) => Promise<boolean>;
};
