/**
 * Signs messages without a review: the policy may allow a program's message and refuses a
 * browser's.
 */
import type { UserSession, UserDocument } from '../accounts/user-document.js';
import { decide } from './policy.js';
import { requireActiveKey } from './require-key.js';
import { refusePayload, type SignContext, signPayload, type SignResult } from './sign-payload.js';
import type { SigningRequest } from './signing-request.js';

/** A message to sign, and the session that asks. */
export type SignRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly keyId: string;
  readonly request: SigningRequest;
  readonly untilMs: number;
};

/**
 * Signs a message. Rejects ERR_KEY_NOT_FOUND, ERR_KEY_ARCHIVED, ERR_POLICY_* or
 * ERR_REVIEW_REQUIRED.
 */
export async function signMessage(
  context: SignContext & { readonly signing: { readonly ownHost: string } },
  { user, session, keyId, request, untilMs }: SignRequest,
): Promise<SignResult> {
  const { address, id } = requireActiveKey(user, keyId);
  const via = session.transport === 'cookie' ? 'browser' : 'program';
  const { ownHost } = context.signing;
  const decision = decide({ request, address, via, ownHost, nowMs: context.clock() });
  const asker = { userId: user.userId, sessionId: session.id, keyId: id, via } as const;
  if (decision.effect !== 'sign') return refusePayload(context, asker, request, decision);
  return signPayload(context, { ...asker, request, decision, hook: 'run', untilMs });
}
