import type { SignOutcome } from '../api/sign.js';
import type { UserDocument, UserKey } from '../accounts/user-document.js';
import type { SigningRequest } from './signing-request.js';

/** A request that was approved and signed. */
export type ApprovedSign = {
  /** The user as of the commit that recorded the signature. */
  readonly user: UserDocument;
  readonly key: UserKey;
  readonly request: SigningRequest;
  /** `not-shown`: the person was not shown that an account is set up, so no run starts. */
  readonly hook: 'run' | 'not-shown';
};

/**
 * The outcome of the setup, as the caller sees it. The route adds the URL at which to follow it.
 */
export type BootstrapOutcome = Omit<SignOutcome, 'statusUrl'>;

/** The reason why no account is set up. */
export type SkipReason = NonNullable<SignOutcome['reason']>;

/**
 * Runs after a signature was made. PORT; src/provisioning implements it.
 *
 * It resolves by `untilMs`, a time of `performance.now()`, and never rejects: the signature does
 * not depend on it.
 */
export type AfterSign = (approved: ApprovedSign, untilMs: number) => Promise<BootstrapOutcome>;
