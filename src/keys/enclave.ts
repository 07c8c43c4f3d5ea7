/** A key of the enclave and the chain that endorses it. The second signature is empty where there is no KMS. */
export type EnclaveKey = {
  /** 32 bytes; the caller wipes it. */
  readonly key: Uint8Array;
  readonly signatureChain: readonly [app: Uint8Array, kms: Uint8Array];
};

export type EnclaveInfo = {
  readonly appId: string;
  readonly instanceId: string;
  readonly appName: string;
  readonly composeHash: string;
  /** The compose file, verbatim. */
  readonly appCompose: string;
  /** Claims of the agent about its machine, in hex; the quote is what proves them. */
  readonly measurements: Readonly<Record<'mrtd' | 'rtmr0' | 'rtmr1' | 'rtmr2' | 'rtmr3', string>>;
  readonly osImageHash: string;
  readonly deviceId: string;
  readonly keyProvider: { readonly name: string; readonly id: string };
};

export type EnclaveQuote = {
  readonly quote: Uint8Array;
  /** JSON text, as the agent gave it. */
  readonly eventLog: string;
  readonly vmConfig: string;
};

/**
 * What the service asks of the confidential VM. PORT; every reply's shape was checked by the adapter. Rejects
 * ERR_ENCLAVE_UNAVAILABLE (no answer in time) or ERR_ENCLAVE_REPLY (an error, or not what was asked for).
 */
export type Enclave = {
  getKey(path: string, purpose: string): Promise<EnclaveKey>;
  getInfo(): Promise<EnclaveInfo>;
  /** The agent's version; null for an agent that does not say. */
  getVersion(): Promise<string | null>;
  /** `reportData`: 64 bytes. */
  getQuote(reportData: Uint8Array): Promise<EnclaveQuote>;
};
