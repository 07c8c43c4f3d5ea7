export type ProofInput = {
  readonly nodeUrl: string;
  readonly siwe: string;
  readonly signature: string;
  /** Hex of 32 bytes. */
  readonly sessionSeed: string;
};

/** `not covered`: the grant of this sign-in does not reach it, and so it is not proved here. */
export type ProofRow = {
  readonly what: string;
  readonly where: string;
  readonly verdict: 'ok' | 'MISSING' | 'WRONG' | 'not covered';
  readonly seen: string;
};

export type Proof = { readonly proved: boolean; readonly rows: readonly ProofRow[] };
