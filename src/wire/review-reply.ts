/**
 * The answer of `POST /api/keys/:id/reviews`: the service writes it and the widget shows it. Both use these types, so a member
 * that the service adds is one that the widget knows of. Times are RFC 3339.
 */

/** One kind of right over one resource, in words. */
export type StatementReply = {
  readonly kind: string;
  readonly severity: 'danger' | 'caution' | 'normal';
  /** One sentence for a person. */
  readonly text: string;
  /** The name of the space, where the resource is in one. */
  readonly space?: string;
  /** What is kept in that space, where it is known. */
  readonly contents?: string;
  /** As signed. */
  readonly resource: string;
  readonly abilities: readonly string[];
};

export type WarningReply = { readonly id: string; readonly text: string };

/** Rights that were signed before and take effect once their spaces exist. */
export type EarlierGrantReply = {
  readonly domain: string;
  readonly spaces: readonly string[];
  readonly networks: readonly string[];
  /** How many more spaces and networks the grant names. */
  readonly more: number;
  /** Absent for rights without an end. */
  readonly expiresAt?: string;
};

/** What an approval does besides giving the signature. */
export type SideEffectsReply = {
  /** Origin of the TinyCloud node. */
  readonly node: string;
  /** Full ids of the spaces that are created there. */
  readonly spaces: readonly string[];
  /** URN of the encryption network that is created. */
  readonly network: string;
  /** How many more signatures the key makes. */
  readonly rootSignatures: number;
  readonly sessionLifetimeMs: number;
  readonly hostingEnds: boolean;
  readonly earlierGrants: readonly EarlierGrantReply[];
  /** How many more earlier grants there are than are named. */
  readonly earlierGrantsLeftOut: number;
};

type Exact = {
  readonly appOrigin: string;
  /** Length of what is signed, in bytes. */
  readonly bytes: number;
};

/** An EIP-4361 message, member by member. */
export type SignInReply = Exact & {
  readonly kind: 'sign-in';
  /** The exact text. */
  readonly text: string;
  readonly scheme?: string;
  readonly domain: string;
  readonly statement?: string;
  /** The statement without the standard words of the capabilities; absent where nothing else is in it. */
  readonly appStatement?: string;
  readonly uri: string;
  readonly chainId: number;
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expirationTime?: string;
  readonly notBefore?: string;
  readonly requestId?: string;
  /** All resources but the capabilities. */
  readonly resources: readonly string[];
};

/** What is to be signed, to the letter. */
export type RequestReply =
  | (Exact & { readonly kind: 'bytes'; /** 0x-hex */ readonly hex: string })
  | (Exact & { readonly kind: 'text'; readonly text: string })
  | SignInReply;

/** What a passkey is asked for; see `navigator.credentials.get`. */
export type AssertionReply = {
  readonly required: boolean;
  /** base64url */
  readonly challenge: string;
  readonly rpId: string;
  readonly userVerification: 'required';
  readonly allowCredentials: readonly {
    readonly type: 'public-key';
    readonly id: string;
    readonly transports: readonly string[];
  }[];
};

export type ReviewReply = {
  readonly reviewId: string;
  /** 64 hex digits; see `src/signing/review/review.ts` for what it covers. */
  readonly digest: string;
  readonly expiresAt: string;
  readonly request: RequestReply;
  readonly statements: readonly StatementReply[];
  readonly warnings: readonly WarningReply[];
  /** Null where nothing but a signature follows. */
  readonly sideEffects: SideEffectsReply | null;
  readonly assertion: AssertionReply;
};
