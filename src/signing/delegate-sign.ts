/**
 * Zero-gesture signing: an app asks for one of the ten requests that set up the own account, and nobody is asked, because the
 * person switched that on beforehand. Whatever is not exactly such a request is denied with its code, and asked interactively.
 *
 * | denial                        | when                                                              |
 * | ----------------------------- | ----------------------------------------------------------------- |
 * | `auto_sign_disabled`          | one of the two preferences is off; checked before anything else   |
 * | `policy_refused`              | the signing policy never signs it                                 |
 * | `outside_bootstrap_allowlist` | no SIWE with a verified ReCap, or not one of the ten requests     |
 * | `void_grant`                  | a resource with the path `/`, which covers nothing                |
 * | `address_mismatch`            | the address line, or the request's own, is not the key's          |
 * | `chain_mismatch`              | the chain line is not the chain that was asked for                |
 * | `domain_not_allowed`          | a domain that is not configured                                   |
 * | `uri_not_session_key`         | the URI is no Ed25519 did:key                                     |
 * | `expiry_out_of_range`         | no expiry, one that is over, or more than an hour ahead           |
 * | `issued_at_out_of_range`      | issued more than five minutes from now                            |
 */
import type { UserDocument, UserKey, UserSession } from '../accounts/user-document.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import { isKeyDid } from '../protocol/did.js';
import { findRecapRequest, type Recap } from '../protocol/recap.js';
import { findResource } from '../protocol/resource.js';
import type { SiweMessage } from '../protocol/siwe-message.js';
import type { WalletDid } from '../protocol/did.js';
import { payloadOf } from './payload.js';
import { decide, type PolicyDecision } from './policy.js';
import { requireActiveKey } from './require-key.js';
import { noteRefusal, type SignContext, signPayload, type SignResult } from './sign-payload.js';

/** Which of the ten requests a ReCap is, undefined for any other. PORT; the bootstrap hook implements it from the plan. */
export type FindAllowedRequest = (
  recap: Recap,
  owner: WalletDid,
) => { readonly kind: 'session' | 'host' } | undefined;

export type DenialCode =
  | 'auto_sign_disabled'
  | 'policy_refused'
  | 'outside_bootstrap_allowlist'
  | 'void_grant'
  | 'address_mismatch'
  | 'chain_mismatch'
  | 'domain_not_allowed'
  | 'uri_not_session_key'
  | 'expiry_out_of_range'
  | 'issued_at_out_of_range';

const REASONS: { readonly [code in DenialCode]: string } = {
  auto_sign_disabled: 'Signing without asking is switched off for this account.',
  policy_refused: 'This is never signed.',
  outside_bootstrap_allowlist: 'Not one of the requests that set up an account.',
  void_grant: 'A part of the request covers nothing.',
  address_mismatch: "The request is not for this key's address.",
  chain_mismatch: 'The request is for another chain.',
  domain_not_allowed: 'Apps of this domain have to ask.',
  uri_not_session_key: 'The request is not for a session key.',
  expiry_out_of_range: 'The request has to end within an hour.',
  issued_at_out_of_range: 'The request was not made just now.',
};

export type DelegateContext = SignContext & {
  readonly signing: { readonly ownHost: string };
  readonly findAllowedRequest: FindAllowedRequest;
  readonly delegateDomains: readonly string[];
};

export type DelegateRequest = {
  readonly user: UserDocument;
  readonly session: UserSession;
  readonly address: string;
  readonly chainId: number;
  readonly message: string;
  readonly type: 'siwe' | 'message';
  readonly keyId?: string | undefined;
  readonly budgetMs: number;
};

export type DelegateResult =
  | { readonly approved: true; readonly signed: SignResult }
  | { readonly approved: false; readonly code: DenialCode; readonly reason: string };

const HOUR_MS = 3_600_000;
const FRESH_MS = 300_000;

/** Rejects ERR_KEY_NOT_FOUND or ERR_KEY_ARCHIVED; every denial is an answer. */
export async function delegateSign(
  context: DelegateContext,
  request: DelegateRequest,
): Promise<DelegateResult> {
  const { user, session, message, budgetMs } = request;
  const key = requireActiveKey(user, keyIdOf(request));
  const payload = payloadOf(message, 'personal_sign');
  const { ownHost } = context.signing;
  const asker = {
    userId: user.userId,
    sessionId: session.id,
    keyId: key.id,
    via: 'delegate',
  } as const;
  const decision = decide({ payload, address: key.address, via: 'delegate', ownHost });
  const code = findDenial(context, request, key, decision);
  if (code !== undefined) {
    const refused =
      decision.code === undefined ? { ...decision, effect: 'refuse' as const } : decision;
    await noteRefusal(context, asker, payload, { ruleId: refused.ruleId, code });
    context.reportDecision(key.id, refused);
    return deny(code);
  }
  // Under the lock: a preference that was switched off meanwhile signs nothing.
  const change = (known: UserDocument): UserDocument => {
    if (!isEnabled(known)) throw new ServiceError('ERR_AUTO_SIGN_DISABLED');
    return known;
  };
  const order = { ...asker, payload, decision, change, hook: 'run', budgetMs } as const;
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
  reason: REASONS[code],
});

const isEnabled = ({ preferences }: UserDocument): boolean =>
  preferences.delegateSignEnabled && preferences.autoSignEnabled;

/** The key by its id, else by its address: an unknown one is as unknown as somebody else's. */
function keyIdOf({ user, keyId, address }: DelegateRequest): string {
  return keyId ?? user.keys.find((key) => key.address === address)?.id ?? '';
}

function findDenial(
  context: DelegateContext,
  request: DelegateRequest,
  key: UserKey,
  decision: PolicyDecision,
): DenialCode | undefined {
  if (!isEnabled(request.user)) return 'auto_sign_disabled';
  if (decision.effect !== 'sign') return 'policy_refused';
  if (request.address !== key.address) return 'address_mismatch';
  const parsed = request.type === 'siwe' ? findRecapRequest(request.message) : undefined;
  if (parsed === undefined) return 'outside_bootstrap_allowlist';
  const { message, recap } = parsed;
  if (message.address !== key.address) return 'address_mismatch';
  if (message.chainId !== request.chainId) return 'chain_mismatch';
  if (hasVoidGrant(recap)) return 'void_grant';
  const owner = { chainId: message.chainId, address: key.address };
  const allowed = context.findAllowedRequest(recap, owner);
  if (allowed === undefined) return 'outside_bootstrap_allowlist';
  if (!context.delegateDomains.includes(message.domain)) return 'domain_not_allowed';
  if (!isKeyDid(message.uri)) return 'uri_not_session_key';
  return findOddTime(message, allowed.kind === 'host', context.clock());
}

function findOddTime(
  { issuedAt, expirationTime, notBefore }: SiweMessage,
  isHost: boolean,
  nowMs: number,
): DenialCode | undefined {
  if (Math.abs(Date.parse(issuedAt) - nowMs) > FRESH_MS) return 'issued_at_out_of_range';
  if (notBefore !== undefined && Date.parse(notBefore) > nowMs) return 'issued_at_out_of_range';
  if (expirationTime === undefined) return isHost ? undefined : 'expiry_out_of_range';
  const leftMs = Date.parse(expirationTime) - nowMs;
  return leftMs > 0 && leftMs <= HOUR_MS ? undefined : 'expiry_out_of_range';
}

function hasVoidGrant(recap: Recap): boolean {
  return [...recap.attenuations.keys()].some((uri) => {
    const resource = findResource(uri);
    return resource?.kind === 'space' && resource.path === '/';
  });
}
