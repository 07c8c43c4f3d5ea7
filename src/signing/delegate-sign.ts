/**
 * Zero-gesture signing: an app asks for one of the ten requests that set up the own account, and nobody is asked, because the
 * person switched that on beforehand. What is not exactly such a request is denied with a code (`find-denial.ts`), and the app
 * asks interactively.
 */
import type { DenialCode } from '../api/sign.js';
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import { type DenialRules, findDenial, mayDelegate, reasonOf } from './find-denial.js';
import { decide } from './policy.js';
import { requireActiveKey } from './require-key.js';
import { noteRefusal, type SignContext, signPayload, type SignResult } from './sign-payload.js';
import type { SigningRequest } from './signing-request.js';

export type DelegateContext = SignContext &
  DenialRules & { readonly signing: { readonly ownHost: string } };

export type DelegateRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly address: string;
  readonly chainId: number;
  readonly request: SigningRequest;
  readonly type: 'siwe' | 'message';
  readonly keyId?: string | undefined;
  readonly budgetMs: number;
};

export type DelegateResult =
  | { readonly approved: true; readonly signed: SignResult }
  | { readonly approved: false; readonly code: DenialCode; readonly reason: string };

/** Rejects ERR_KEY_NOT_FOUND or ERR_KEY_ARCHIVED; every denial is an answer. */
export async function delegateSign(
  context: DelegateContext,
  asked: DelegateRequest,
): Promise<DelegateResult> {
  const { user, session, request, budgetMs } = asked;
  const key = requireActiveKey(user, keyIdOf(asked));
  const { ownHost } = context.signing;
  const asker = {
    userId: user.userId,
    sessionId: session.id,
    keyId: key.id,
    via: 'delegate',
  } as const;
  const { address } = key;
  const nowMs = context.clock();
  const decision = decide({ request, address, via: 'delegate', ownHost, nowMs });
  const code = await findDenial(context, { ...asked, key, decision });
  if (code !== undefined) {
    const refused =
      decision.code === undefined ? { ...decision, effect: 'refuse' as const } : decision;
    await noteRefusal(context, asker, request, { ruleId: refused.ruleId, code });
    context.reportDecision(key.id, refused);
    return deny(code);
  }
  // Under the lock: a preference that was switched off meanwhile signs nothing.
  const change = (known: UserDocument): UserDocument => {
    if (!mayDelegate(known)) throw new ServiceError('ERR_AUTO_SIGN_DISABLED');
    return known;
  };
  const order = { ...asker, request, decision, change, hook: 'run', budgetMs } as const;
  try {
    return { approved: true, signed: await signPayload(context, order) };
  } catch (error) {
    if (errorCodeOf(error) !== 'ERR_AUTO_SIGN_DISABLED') throw error;
    return deny('auto_sign_disabled');
  }
}

const deny = (code: DenialCode): DelegateResult => ({
  approved: false,
  code,
  reason: reasonOf(code),
});

/** The key by its id, else by its address: an unknown one is as unknown as somebody else's. */
function keyIdOf({ user, keyId, address }: DelegateRequest): string {
  return keyId ?? user.keys.find((key) => key.address === address)?.id ?? '';
}
