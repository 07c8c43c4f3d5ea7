import type { SignOutcome } from '../api/sign.js';
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

/** The setup of the account, as its caller is told; the route adds where to follow it. */
export type BootstrapOutcome = Omit<SignOutcome, 'statusUrl'>;

/** Why nothing is set up. */
export type SkipReason = NonNullable<SignOutcome['reason']>;

/**
 * What happens after a signature was made. PORT; the bootstrap hook implements it.
 *
 * It settles within `budgetMs` and never rejects: the signature does not depend on it.
 */
export type AfterSign = (approved: ApprovedSign, budgetMs: number) => Promise<BootstrapOutcome>;
