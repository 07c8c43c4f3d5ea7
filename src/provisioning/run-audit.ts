/**
 * Writes the audit entries of a run. Success is recorded in the same commit that marks the account
 * complete.
 */
import { withAudit } from '../accounts/audit-trail.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { RunSubject } from './run-record.js';

type Place = Pick<ProvisioningContext, 'users' | 'engine'>;

/**
 * Records the start of a run, durably before its first root signature. Rejects
 * ERR_BOOTSTRAP_GATE_CLOSED if the user is gone, and ERR_STORE_*.
 */
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

/**
 * Records a failure and returns whether the user still exists. An entry that cannot be written is
 * omitted; the failure itself is logged.
 */
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
