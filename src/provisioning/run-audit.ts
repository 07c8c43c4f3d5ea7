/** What of a run is in its user's audit trail. That it ended well is written in the commit that says so. */
import { withAudit } from '../accounts/audit-trail.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { RunSubject } from './run-record.js';

type Place = Pick<ProvisioningContext, 'users' | 'engine'>;

/** Durable before the run's first root signature. Rejects ERR_BOOTSTRAP_GATE_CLOSED where the user is gone, ERR_STORE_*. */
export async function noteRunStart(
  { users, engine }: Place,
  { userId, keyId, chainId }: RunSubject,
  attempt: number,
): Promise<void> {
  await users.update(
    AuthorizedChange.byService('bootstrap', userId, (user) => {
      if (user === undefined) throw new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');
      return withAudit(user, engine.clock(), 'bootstrap-started', { keyId, chainId, attempt });
    }),
  );
}

/** Answers whether the user is still there. What can not be written now is not: the failure itself is logged. */
export async function noteRunFailure(
  { users, engine }: Place,
  { userId, keyId, chainId }: RunSubject,
  facts: { readonly attempt: number; readonly code: string },
): Promise<boolean> {
  try {
    await users.update(
      AuthorizedChange.byService('bootstrap', userId, (user) => {
        if (user === undefined) throw new ServiceError('ERR_ACCOUNT_DELETED');
        return withAudit(user, engine.clock(), 'bootstrap-failed', { keyId, chainId, ...facts });
      }),
    );
    return true;
  } catch (error) {
    return errorCodeOf(error) !== 'ERR_ACCOUNT_DELETED';
  }
}
