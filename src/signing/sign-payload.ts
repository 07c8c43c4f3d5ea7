/**
 * The only place that creates a signature. The decision and the changes of the user's document
 * become durable together in the audit trail before the key is used. A crash in between leaves an
 * entry without a signature, never a signature without an entry.
 */
import { withAudit } from '../accounts/audit-trail.js';
import type { UserDocument, UserKey } from '../accounts/user-document.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import type { Users } from '../accounts/users.js';
import { type ErrorCode, ServiceError } from '../errors.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { hex } from '../protocol/bytes.js';
import type { AfterSign, BootstrapOutcome } from './bootstrap-port.js';
import { noteGrant } from './note-grant.js';
import type { PolicyDecision, SignVia } from './policy.js';
import { requireActiveKey } from './require-key.js';
import type { SigningRequest } from './signing-request.js';

/** What signing depends on. */
export type SignContext = {
  readonly users: Users;
  readonly keys: ServiceKeys;
  readonly afterSign: AfterSign;
  readonly clock: () => number;
  /** Logs every decision, including refusals. */
  readonly reportDecision: (
    keyId: string,
    decision: Pick<PolicyDecision, 'effect' | 'ruleId'>,
    code?: ErrorCode,
  ) => void;
};

/** The caller of a signature. */
export type Asker = {
  readonly userId: string;
  /** The session that asks. If it has ended, nothing is signed. */
  readonly sessionId: string;
  readonly keyId: string;
  readonly via: SignVia;
};

/** A request to sign, with the decision about it. */
export type SignOrder = Asker & {
  readonly request: SigningRequest;
  readonly decision: PolicyDecision;
  readonly reviewId?: string;
  readonly appOrigin?: string;
  /**
   * Returns the user's document as it changes in the same commit. Runs under the user's lock and
   * may throw.
   */
  readonly change?: (user: UserDocument, nowMs: number) => UserDocument;
  readonly hook: 'run' | 'not-shown';
  /** Until when the response may wait for `afterSign`, by `performance.now()`. */
  readonly untilMs: number;
};

/** A signature, the key that made it, and the state of the account's setup. */
export type SignResult = {
  readonly signature: Uint8Array;
  readonly key: UserKey;
  readonly tinycloudBootstrap: BootstrapOutcome;
};

/**
 * Signs a request. Signs nothing if it rejects: ERR_SESSION_INVALID, ERR_KEY_NOT_FOUND,
 * ERR_KEY_ARCHIVED, ERR_STORE_*, or what `change` throws.
 */
export async function signPayload(context: SignContext, order: SignOrder): Promise<SignResult> {
  const { users, keys, afterSign } = context;
  const { request, decision, untilMs, hook } = order;
  const { digest } = request;
  let key: UserKey | undefined;
  const sign = AuthorizedChange.bySession(askingOf(order), 'sign', ({ user: known }, nowMs) => {
    key = requireActiveKey(known, order.keyId);
    const changed = order.change?.(known, nowMs) ?? known;
    return withAudit(noteGrant(changed, key, request, nowMs), nowMs, 'signed', {
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
  const tinycloudBootstrap = await afterSign({ user, key, request, hook }, untilMs);
  return { signature, key, tinycloudBootstrap };
}

/** Records a refusal in the audit trail, and rejects with its code. */
export async function refusePayload(
  context: Pick<SignContext, 'users' | 'reportDecision'>,
  asker: Asker,
  request: SigningRequest,
  decision: PolicyDecision,
): Promise<never> {
  const code = decision.code ?? 'ERR_INTERNAL';
  await noteRefusal(context, asker, request, { ruleId: decision.ruleId, code });
  context.reportDecision(asker.keyId, decision, code);
  throw new ServiceError(code);
}

/** Records in the audit trail that a request was refused, and by which rule. */
export async function noteRefusal(
  { users }: Pick<SignContext, 'users'>,
  asker: Asker,
  request: SigningRequest,
  facts: { readonly ruleId: string; readonly code: string },
): Promise<void> {
  const digest = hex(request.digest);
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
