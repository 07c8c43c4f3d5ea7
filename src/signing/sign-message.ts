/** A message without a review: a program's may be signed by the policy, a browser's is refused. */
import type { UserSession, UserDocument } from '../accounts/user-document.js';
import { payloadOf, type MessageFormat } from './payload.js';
import { decide } from './policy.js';
import { requireActiveKey } from './require-key.js';
import { refusePayload, type SignContext, signPayload, type SignResult } from './sign-payload.js';

export type SignRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly keyId: string;
  readonly message: string;
  readonly format: MessageFormat;
  readonly budgetMs: number;
};

/** Rejects ERR_KEY_NOT_FOUND, ERR_KEY_ARCHIVED, ERR_MESSAGE_*, ERR_POLICY_* or ERR_REVIEW_REQUIRED. */
export async function signMessage(
  context: SignContext & { readonly signing: { readonly ownHost: string } },
  { user, session, keyId, message, format, budgetMs }: SignRequest,
): Promise<SignResult> {
  const { address, id } = requireActiveKey(user, keyId);
  const payload = payloadOf(message, format);
  const via = session.transport === 'cookie' ? 'browser' : 'program';
  const decision = decide({ payload, address, via, ownHost: context.signing.ownHost });
  const asker = { userId: user.userId, sessionId: session.id, keyId: id, via } as const;
  if (decision.effect !== 'sign') return refusePayload(context, asker, payload, decision);
  return signPayload(context, { ...asker, payload, decision, hook: 'run', budgetMs });
}
