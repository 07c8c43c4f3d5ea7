/**
 * PORT: an authority that issues certificates over ACME (RFC 8555). Each call is one step with a
 * deadline, so that the order of steps can stop after any of them and resume.
 *
 * Every method rejects ERR_CERTIFICATE_AUTHORITY if the authority does not answer, and
 * ERR_CERTIFICATE_ORDER if it answers with a refusal.
 */
import type { ChallengeIdentity } from '../runtime/tls-identity.js';

/** An account at the authority: its private key in PEM, and its address. */
export type AuthorityAccount = { readonly key: string; readonly uri: string };

/** A challenge that the authority waits for. */
export type OpenChallenge = {
  /** What must be presented to a connection for `acme-tls/1`. */
  readonly identity: ChallengeIdentity;
  /** Tells the authority that the identity is presented. */
  readonly start: () => Promise<void>;
};

/** An order as the authority sees it. */
export type OrderView =
  | { readonly status: 'ready' | 'processing' | 'valid' }
  /** `reason` is the authority's own sentence, for the log. */
  | { readonly status: 'invalid'; readonly reason: string | undefined }
  /** `challenge` is undefined once the authority has been told. */
  | { readonly status: 'pending'; readonly challenge: OpenChallenge | undefined };

/** An authority that issues certificates. */
export type CertificateAuthority = {
  /** Creates a private key in PEM. */
  createKey(): string;
  /** Registers an account, or finds the one that has this key. Returns its address. */
  register(accountKey: string): Promise<string>;
  /** Places an order for a name. Returns its address. */
  placeOrder(account: AuthorityAccount, name: string): Promise<string>;
  /** `isKnown` says whether the caller presents the challenge of this order already. */
  viewOrder(account: AuthorityAccount, order: string, isKnown: boolean): Promise<OrderView>;
  /** Requests the certificate of an order that is ready, for a private key in PEM. */
  finalize(account: AuthorityAccount, order: string, name: string, key: string): Promise<void>;
  /** Returns the certificate of a valid order with its chain, in PEM. */
  download(account: AuthorityAccount, order: string): Promise<string>;
};
