/**
 * The one place that gives a signature: the decision is written into the audit trail, durably and together with what it
 * changes for the user, and only then the key is used. A crash in between leaves an entry without a signature, never a
 * signature without an entry.
 */
import { withAudit } from '../accounts/audit-trail.js';
import type { SignedGrant, UserDocument, UserKey } from '../accounts/user-document.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import type { Users } from '../accounts/users.js';
import { type ErrorCode, ServiceError } from '../errors.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { hex } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import type { AfterSign, BootstrapOutcome } from './after-sign.js';
import type { PolicyDecision, SignVia } from './policy.js';
import { readGrant } from './read-grant.js';
import { requireActiveKey } from './require-key.js';

export type SignContext = {
  readonly users: Users;
  readonly keys: ServiceKeys;
  readonly afterSign: AfterSign;
  readonly clock: () => number;
  /** For logs: every decision, whatever it was. */
  readonly reportDecision: (
    keyId: string,
    decision: Pick<PolicyDecision, 'effect' | 'ruleId'>,
    code?: ErrorCode,
  ) => void;
};

export type Asker = {
  readonly userId: string;
  /** The session that asks; one that was ended meanwhile signs nothing. */
  readonly sessionId: string;
  readonly keyId: string;
  readonly via: SignVia;
};

export type SignOrder = Asker & {
  readonly payload: Uint8Array;
  readonly decision: PolicyDecision;
  readonly reviewId?: string;
  readonly appOrigin?: string;
  /** Sees the user under the lock, and changes it in the same commit; may throw. */
  readonly change?: (user: UserDocument) => UserDocument;
  readonly hook: 'run' | 'not-shown';
  /** How long the answer may wait for the hook. */
  readonly budgetMs: number;
};

export type SignResult = {
  readonly signature: Uint8Array;
  readonly key: UserKey;
  readonly tinycloudBootstrap: BootstrapOutcome;
};

/** Rejects ERR_SESSION_INVALID, ERR_KEY_NOT_FOUND, ERR_KEY_ARCHIVED, ERR_STORE_* or what `change` throws: then nothing is signed. */
export async function signPayload(context: SignContext, order: SignOrder): Promise<SignResult> {
  const { users, keys, afterSign } = context;
  const { payload, decision, budgetMs, hook } = order;
  const digest = personalMessageDigest(payload);
  let key: UserKey | undefined;
  const sign = AuthorizedChange.bySession(askingOf(order), 'sign', ({ user: known }, nowMs) => {
    key = requireActiveKey(known, order.keyId);
    const changed = order.change?.(known) ?? known;
    return withAudit(noteGrant(changed, key, order, nowMs), nowMs, 'signed', {
      keyId: key.id,
      digest: hex(digest),
      ruleId: decision.ruleId,
      via: order.via,
      reviewId: order.reviewId,
      appOrigin: order.appOrigin,
    });
  });
  const user = await users.update(sign);
  if (key === undefined) throw new TypeError('an update that did not happen');
  context.reportDecision(key.id, decision);
  const signature = keys.sign(key, digest);
  const tinycloudBootstrap = await afterSign({ user, key, payload, hook }, budgetMs);
  return { signature, key, tinycloudBootstrap };
}

/** Writes a refusal into the trail, and rejects with its code. */
export async function refusePayload(
  context: Pick<SignContext, 'users' | 'reportDecision'>,
  asker: Asker,
  payload: Uint8Array,
  decision: PolicyDecision,
): Promise<never> {
  const code = decision.code ?? 'ERR_INTERNAL';
  await noteRefusal(context, asker, payload, { ruleId: decision.ruleId, code });
  context.reportDecision(asker.keyId, decision, code);
  throw new ServiceError(code);
}

export async function noteRefusal(
  { users }: Pick<SignContext, 'users'>,
  asker: Asker,
  payload: Uint8Array,
  facts: { readonly ruleId: string; readonly code: string },
): Promise<void> {
  const digest = hex(personalMessageDigest(payload));
  const { keyId, via } = asker;
  await users.update(
    AuthorizedChange.bySession(askingOf(asker), 'sign', ({ user }, nowMs) =>
      withAudit(user, nowMs, 'signature-refused', { keyId, digest, via, ...facts }),
    ),
  );
}

const askingOf = ({ userId, sessionId }: Asker): AskingSession => ({
  user: { userId },
  session: { id: sessionId },
});

const MAX_GRANTS = 50;

/** Rights that were signed and have not ended: a later set-up of the account may bring them to life. */
function noteGrant(
  user: UserDocument,
  key: UserKey,
  { payload }: SignOrder,
  nowMs: number,
): UserDocument {
  const grant = readGrant(payload, key, nowMs);
  const isLive = ({ expiresAtMs }: SignedGrant): boolean =>
    expiresAtMs === null || expiresAtMs > nowMs;
  const grants = user.grants.filter(isLive);
  if (grant === undefined) return grants.length === user.grants.length ? user : { ...user, grants };
  // The same rights to the same app again: the latest stands for all.
  const others = grants.filter((each) => !isSameGrant(each, grant));
  return { ...user, grants: [...others.slice(1 - MAX_GRANTS), grant] };
}

function isSameGrant(before: SignedGrant, after: SignedGrant): boolean {
  const outlives =
    after.expiresAtMs === null ||
    (before.expiresAtMs !== null && before.expiresAtMs <= after.expiresAtMs);
  return (
    outlives &&
    before.keyId === after.keyId &&
    before.domain === after.domain &&
    before.spaces.join() === after.spaces.join()
  );
}
