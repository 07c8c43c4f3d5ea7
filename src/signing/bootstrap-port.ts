import type { UserDocument, UserKey } from '../accounts/user-document.js';
import type { SigningRequest } from './signing-request.js';

/** A request that was approved and signed. */
export type ApprovedSign = {
  /** As it stood when the signature was approved. */
  readonly user: UserDocument;
  readonly key: UserKey;
  readonly request: SigningRequest;
  /** `not-shown`: the person was not told of a set-up, so none is started. */
  readonly hook: 'run' | 'not-shown';
};

/** What the caller is told of the TinyCloud account; service.md calls it `tinycloudBootstrap`. */
export type BootstrapOutcome = {
  readonly status: 'complete' | 'skipped' | 'pending' | 'failed';
  readonly state: 'complete' | 'cache-hit' | 'skipped' | 'locked' | 'executing' | 'failed';
  readonly reason?: SkipReason;
  readonly errorCode?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
};

export type SkipReason =
  | 'kill-switch'
  | 'not-tinycloud'
  | 'other-signer'
  | 'unsupported-chain'
  | 'nothing-owned'
  | 'auto-sign-disabled'
  | 'expired-request'
  | 'raw-format'
  | 'not-shown';

/**
 * What happens after a signature was made. PORT; the bootstrap hook implements it.
 *
 * It settles within `budgetMs` and never rejects: the signature does not depend on it.
 */
export type AfterSign = (approved: ApprovedSign, budgetMs: number) => Promise<BootstrapOutcome>;
