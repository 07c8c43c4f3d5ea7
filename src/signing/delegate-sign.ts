/**
 * Zero-gesture signing: an app asks for one of the ten requests that set up the user's own account,
 * and the service signs it without a prompt if the person has turned this on. Any other request is
 * denied with a code (`find-denial.ts`), and the app asks interactively.
 */
import type { DenialCode } from '../api/delegate.js';
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import { type DenialRules, findChosenDenial, findDenial, reasonOf } from './find-denial.js';
import { decide } from './policy.js';
import { requireActiveKey } from './require-key.js';
import { noteRefusal, type SignContext, signPayload, type SignResult } from './sign-payload.js';
import { type SigningRequest, signInMessageOf } from './signing-request.js';

/** What zero-gesture signing depends on. */
export type DelegateContext = SignContext &
  DenialRules & { readonly signing: { readonly ownHost: string } };

/** A request of an app, and the session that carries it. */
export type DelegateRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly address: string;
  readonly chainId: number;
  readonly request: SigningRequest;
  readonly type: 'siwe' | 'message';
  readonly keyId?: string | undefined;
  readonly untilMs: number;
};

/** The signature, or the reason why the request was denied. */
export type DelegateResult =
  | { readonly approved: true; readonly signed: SignResult }
  | { readonly approved: false; readonly code: DenialCode; readonly reason: string };

/**
 * Signs a request or denies it. A denial is a result; rejects only ERR_KEY_NOT_FOUND or
 * ERR_KEY_ARCHIVED.
 */
export async function delegateSign(
  context: DelegateContext,
  asked: DelegateRequest,
): Promise<DelegateResult> {
  const { user, session, request, untilMs } = asked;
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
  let chosen: DenialCode | undefined;
  // Runs under the user's lock, so that a preference that was turned off in the meantime, or an app
  // that was stopped, takes effect.
  const change = (known: UserDocument): UserDocument => {
    chosen = findChosenDenial(known, signInMessageOf(request.content)?.domain);
    if (chosen !== undefined) throw new ServiceError('ERR_AUTO_SIGN_DISABLED');
    return known;
  };
  const order = { ...asker, request, decision, change, hook: 'run', untilMs } as const;
  try {
    return { approved: true, signed: await signPayload(context, order) };
  } catch (error) {
    if (errorCodeOf(error) !== 'ERR_AUTO_SIGN_DISABLED' || chosen === undefined) throw error;
    return deny(chosen);
  }
}

const deny = (code: DenialCode): DelegateResult => ({
  approved: false,
  code,
  reason: reasonOf(code),
});

/** Finds the key by its id or else by its address. Another user's key is treated as unknown. */
function keyIdOf({ user, keyId, address }: DelegateRequest): string {
  return keyId ?? user.keys.find((key) => key.address === address)?.id ?? '';
}
