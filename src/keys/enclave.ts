/**
 * A key of the enclave and the signatures that endorse it. The second signature is empty if there
 * is no KMS.
 */
export type EnclaveKey = {
  /** 32 bytes. The caller wipes it. */
  readonly key: Uint8Array;
  readonly signatureChain: readonly [app: Uint8Array, kms: Uint8Array];
};

/** What the guest agent reports about the application and its VM. */
export type EnclaveInfo = {
  readonly appId: string;
  readonly instanceId: string;
  readonly appName: string;
  readonly composeHash: string;
  /** The compose file, verbatim. */
  readonly appCompose: string;
  /** The agent's claims about its VM, in hex. Only the quote proves them. */
  readonly measurements: Readonly<Record<'mrtd' | 'rtmr0' | 'rtmr1' | 'rtmr2' | 'rtmr3', string>>;
  readonly osImageHash: string;
  readonly deviceId: string;
  readonly keyProvider: { readonly name: string; readonly id: string };
};

/** A quote with the data needed to verify it. */
export type EnclaveQuote = {
  readonly quote: Uint8Array;
  /** The agent's JSON text, verbatim. */
  readonly eventLog: string;
  readonly vmConfig: string;
};

/**
 * The confidential VM, through its guest agent. This is a port; the adapter validates the shape of
 * every reply. Rejects ERR_ENCLAVE_UNAVAILABLE if no reply arrives in time, and ERR_ENCLAVE_REPLY
 * for an error or an unexpected reply. The first `getKey` rejects ERR_KEY_SURFACE if
 * its key is not one of the frozen surface of the agent.
 */
export type Enclave = {
  getKey(path: string, purpose: string): Promise<EnclaveKey>;
  getInfo(): Promise<EnclaveInfo>;
  /** Returns the version of the agent, or null if the agent does not report one. */
  getVersion(): Promise<string | null>;
  /** Returns a quote over `reportData` (64 bytes). */
  getQuote(reportData: Uint8Array): Promise<EnclaveQuote>;
};
