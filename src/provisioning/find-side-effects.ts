/** Finds the side effects of a signature before it is approved, with the same rules as the hook. */
import type { UserDocument, UserKey } from '../accounts/user-document.js';
import { networkIdOf, SPACE_NAMES, spaceIdOf } from '../bootstrap/account.js';
import { SESSION_LIFETIME_MS } from '../bootstrap/run.js';
import { liveAt } from '../signing/note-grant.js';
import type { EarlierGrant, SideEffects } from '../api/reviews.js';
import type { FindSideEffects } from '../signing/review/side-effects.js';
import { judgeApprovedSign } from './judge-approved-sign.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { runIdOf } from './run-record.js';

/** Creates a function that returns the side effects of a signature, or null if there are none. */
export function createFindSideEffects({ settings, engine }: ProvisioningContext): FindSideEffects {
  return (user, key, request): SideEffects | null => {
    const nowMs = engine.clock();
    const verdict = judgeApprovedSign(request, key.address, {
      enabled: settings.enabled,
      chainIds: settings.chainIds,
      autoSignEnabled: user.preferences.autoSignEnabled,
      nowMs,
    });
    if (!verdict.open) return null;
    const { owner } = verdict;
    const { nodeOrigin } = settings;
    const subject = { userId: user.userId, keyId: key.id, chainId: owner.chainId, nodeOrigin };
    if (user.bootstraps[runIdOf(subject)] !== undefined) return null;
    return {
      node: nodeOrigin,
      spaces: SPACE_NAMES.map((name) => spaceIdOf(owner, name)),
      network: networkIdOf(owner),
      // One session and one host delegation for each space.
      rootSignatures: 2 * SPACE_NAMES.length,
      sessionLifetimeMs: SESSION_LIFETIME_MS,
      hostingEnds: false,
      earlierGrants: earlierGrantsOf(user, key, nowMs),
      earlierGrantsLeftOut: leftOutOf(user, key, nowMs),
    };
  };
}

function earlierGrantsOf(user: UserDocument, key: UserKey, nowMs: number): readonly EarlierGrant[] {
  const isLive = liveAt(nowMs);
  return user.grants
    .filter((grant) => grant.keyId === key.id && isLive(grant))
    .map(({ domain, spaces, networks = [], more = 0, expiresAtMs }) => ({
      domain,
      spaces,
      networks,
      more,
      ...(expiresAtMs === null ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
    }));
}

function leftOutOf({ grantsLeftOut = [] }: UserDocument, key: UserKey, nowMs: number): number {
  const isLive = liveAt(nowMs);
  return grantsLeftOut
    .filter((grant) => grant.keyId === key.id && isLive(grant))
    .reduce((total, { count }) => total + count, 0);
}
