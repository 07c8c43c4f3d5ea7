/** What the independent reader receives. */
export type ProofInput = {
  readonly nodeUrl: string;
  readonly siwe: string;
  readonly signature: string;
  /** Hex of 32 bytes. */
  readonly sessionSeed: string;
};

/**
 * One check and its verdict. `not covered`: the sign-in grants no access to this part, so it is not
 * proved.
 */
export type ProofRow = {
  readonly what: string;
  readonly where: string;
  readonly verdict: 'ok' | 'MISSING' | 'WRONG' | 'not covered';
  readonly seen: string;
};

/** The result of all checks. */
export type Proof = { readonly proved: boolean; readonly rows: readonly ProofRow[] };

/** What the reader's process answers: the proof, or why the account could not be read. */
export type ReaderAnswer = { readonly proof: Proof } | { readonly failure: string };
