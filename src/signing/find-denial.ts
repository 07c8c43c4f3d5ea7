/**
 * Decides why an app may not have a request signed without a prompt. A request that is not denied
 * equals, member by member, what the setup plan composes for the key; only the session key, the
 * nonce and the times are the app's own.
 *
 * | denial                        | when                                                                                     |
 * | ----------------------------- | ---------------------------------------------------------------------------------------- |
 * | `auto_sign_disabled`          | one of the two preferences is off; checked before anything else                          |
 * | `policy_refused`              | the signing policy does not sign the request                                             |
 * | `address_mismatch`            | the address of the message or of the call is not the key's                               |
 * | `outside_bootstrap_allowlist` | it is not a ReCap request, or its rights are not those of one of the ten requests        |
 * | `chain_mismatch`              | the chain of the message is not the one that the call names                              |
 * | `void_grant`                  | a path is empty or begins with a slash                                                   |
 * | `statement_not_standard`      | the statement differs from the one that the ReCap requires                               |
 * | `resources_not_standard`      | it has a resource besides the ReCap                                                      |
 * | `fields_not_standard`         | it has a scheme or a request id, or its nonce is longer than 64 characters               |
 * | `domain_not_allowed`          | the domain is not configured                                                             |
 * | `app_stopped`                 | the person stopped the app, and approved nothing of it since                             |
 * | `uri_not_session_key`         | the URI is not an Ed25519 did:key                                                        |
 * | `issued_at_out_of_range`      | its issue time is more than five minutes from now, or it has a not-before time           |
 * | `expiry_out_of_range`         | it has expired, ends more than an hour from now, or is a session request without expiry  |
 * | `host_not_node_peer`          | it grants hosting without expiry to a key other than the node's own for that space       |
 *
 * SDKs compose hosting without an expiry, so that form is accepted for the node's own key only. The
 * plan's own hosting request expires.
 */
import type { DenialCode } from '../api/delegate.js';
import { isKeyDid, type WalletDid } from '../protocol/did.js';
import { type Recap, recapStatement, withRecap } from '../protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../protocol/siwe-message.js';
import { isStoppedHost } from '../accounts/app-record.js';
import type { UserDocument, UserKey } from '../accounts/user-document.js';
import type { PolicyDecision } from './policy.js';
import { hasOddPath } from './review/odd-path.js';
import type { RecapContent, SigningRequest } from './signing-request.js';

/** One of the ten requests. `spaces` are the full ids that a host request names. */
export type AllowedRequest =
  | { readonly kind: 'session' }
  | { readonly kind: 'host'; readonly spaces: readonly string[] };

/**
 * Returns which of the ten requests a ReCap is, or undefined for any other ReCap. PORT;
 * src/provisioning implements it from the plan.
 */
export type FindAllowedRequest = (
  granted: Pick<RecapContent, 'recap' | 'rights'>,
  owner: WalletDid,
) => AllowedRequest | undefined;

/**
 * Resolves to the DID under which the configured node hosts a space, or undefined if the node does
 * not report one. PORT; src/provisioning asks the node.
 */
export type FindHostPeer = (spaceId: string) => Promise<string | undefined>;

/** What the decision depends on. */
export type DenialRules = {
  readonly findAllowedRequest: FindAllowedRequest;
  readonly findHostPeer: FindHostPeer;
  /** Domains of the apps that may ask. */
  readonly delegateDomains: readonly string[];
  readonly clock: () => number;
};

/** A request, with the address and the chain that the call names. */
export type Delegated = {
  readonly user: UserDocument;
  readonly key: UserKey;
  readonly request: SigningRequest;
  readonly type: 'siwe' | 'message';
  readonly address: string;
  readonly chainId: number;
  readonly decision: PolicyDecision;
};

const REASONS = {
  auto_sign_disabled: 'Signing without a prompt is turned off for this account.',
  policy_refused: 'The signing policy does not allow this request.',
  address_mismatch: "The request is not for this key's address.",
  outside_bootstrap_allowlist: 'The request is not one of those that set up an account.',
  chain_mismatch: 'The request is for another chain.',
  void_grant: 'A path in the request is empty or begins with a slash.',
  statement_not_standard: 'The statement contains more than the description of the capabilities.',
  resources_not_standard: 'The request has resources besides its capabilities.',
  fields_not_standard: 'The request has a scheme, a request id or an overlong nonce.',
  domain_not_allowed: 'This domain is not allowed to sign without a prompt.',
  app_stopped: 'The person stopped this app. Its next approval ends that.',
  uri_not_session_key: 'The request is not for a session key.',
  issued_at_out_of_range:
    'The request must have been issued within the last five minutes and be valid immediately.',
  expiry_out_of_range: 'The request must expire within an hour.',
  host_not_node_peer: "Hosting without an expiry must be for the node's own key.",
} as const satisfies { readonly [code in DenialCode]: string };

/** Returns the sentence that explains a denial. */
export const reasonOf = (code: DenialCode): string => REASONS[code];

/**
 * Returns the denial that the person chose: a preference that is off, or an app that was stopped.
 * `host` is the domain of the request, if it has one. Signing checks it again under the user's
 * lock.
 */
export function findChosenDenial(
  user: UserDocument,
  host: string | undefined,
): DenialCode | undefined {
  const { delegateSignEnabled, autoSignEnabled } = user.preferences;
  if (!delegateSignEnabled || !autoSignEnabled) return 'auto_sign_disabled';
  return host !== undefined && isStoppedHost(user, host) ? 'app_stopped' : undefined;
}

const HOUR_MS = 3_600_000;
const FRESH_MS = 300_000;
const MAX_NONCE_LENGTH = 64;

/**
 * Returns the first denial of the table that applies, or undefined if the request may be signed.
 */
export async function findDenial(
  rules: DenialRules,
  asked: Delegated,
): Promise<DenialCode | undefined> {
  const { key, request, decision } = asked;
  const chosen = findChosenDenial(asked.user, undefined);
  if (chosen !== undefined) return chosen;
  if (decision.effect !== 'sign') return 'policy_refused';
  if (asked.address !== key.address) return 'address_mismatch';
  const { content } = request;
  if (asked.type !== 'siwe' || content.kind !== 'recap') return 'outside_bootstrap_allowlist';
  const { message, recap, rights, text } = content;
  if (message.address !== key.address) return 'address_mismatch';
  if (message.chainId !== asked.chainId) return 'chain_mismatch';
  if (rights.some(({ resource }) => hasOddPath(resource))) return 'void_grant';
  const allowed = rules.findAllowedRequest(content, message);
  if (allowed === undefined) return 'outside_bootstrap_allowlist';
  return (
    findDeviation(message, recap, text) ??
    findOddParty(message, rules.delegateDomains) ??
    findChosenDenial(asked.user, message.domain) ??
    findOddTime(message, allowed, rules.clock()) ??
    (await findOddHost(message, allowed, rules.findHostPeer))
  );
}

/**
 * Composes the message again from the members that an app may choose, and compares the two texts.
 */
function findDeviation(message: SiweMessage, recap: Recap, text: string): DenialCode | undefined {
  const { domain, address, uri, chainId, nonce, issuedAt, expirationTime, notBefore } = message;
  const chosen = { domain, address, uri, chainId, nonce, issuedAt };
  const composed = withRecap(
    expirationTime === undefined ? chosen : { ...chosen, expirationTime },
    recap,
  );
  if (message.statement !== recapStatement(recap)) return 'statement_not_standard';
  if (message.resources?.length !== 1) return 'resources_not_standard';
  if (notBefore !== undefined) return 'issued_at_out_of_range';
  const isStandard = encodeSiweMessage(composed) === text && nonce.length <= MAX_NONCE_LENGTH;
  return isStandard ? undefined : 'fields_not_standard';
}

function findOddParty(
  { domain, uri }: SiweMessage,
  delegateDomains: readonly string[],
): DenialCode | undefined {
  if (!delegateDomains.includes(domain)) return 'domain_not_allowed';
  return isKeyDid(uri) ? undefined : 'uri_not_session_key';
}

function findOddTime(
  { issuedAt, expirationTime }: SiweMessage,
  { kind }: AllowedRequest,
  nowMs: number,
): DenialCode | undefined {
  if (Math.abs(Date.parse(issuedAt) - nowMs) > FRESH_MS) return 'issued_at_out_of_range';
  if (expirationTime === undefined && kind === 'host') return undefined;
  const leftMs = Date.parse(expirationTime ?? '') - nowMs;
  return leftMs > 0 && leftMs <= HOUR_MS ? undefined : 'expiry_out_of_range';
}

async function findOddHost(
  { expirationTime, uri }: SiweMessage,
  allowed: AllowedRequest,
  findHostPeer: FindHostPeer,
): Promise<DenialCode | undefined> {
  if (allowed.kind !== 'host' || expirationTime !== undefined) return undefined;
  const [spaceId, ...others] = allowed.spaces;
  const isPeer =
    spaceId !== undefined && others.length === 0 && (await findHostPeer(spaceId)) === uri;
  return isPeer ? undefined : 'host_not_node_peer';
}
