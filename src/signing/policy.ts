/**
 * The signing policy: one table of rules, each with its reason. The first rule that applies
 * decides, and the last one always applies.
 *
 * A rule judges the parsed request (`signing-request.ts`): the expiry is the field of the message,
 * and the owner of a space is the owner in the parsed resource. Patterns are applied only to text
 * that does not parse, and only to refuse it.
 *
 * A decision has one of three effects: `refuse` for every caller, `review` to sign only after a
 * person has seen the request, or `sign`.
 */
import type { ErrorCode } from '../errors.js';
import type { Address } from '../protocol/address.js';
import { isRecord } from '../protocol/record.js';
import { findResource, type Resource } from '../protocol/resource.js';
import type { SiweMessage } from '../protocol/siwe-message.js';
import { readClaimedGrants } from './claimed-grants.js';
import type { GrantedRights } from './granted-rights.js';
import { type SigningContent, type SigningRequest, signInMessageOf } from './signing-request.js';

/**
 * The caller: a program, a browser, a browser whose person approved a review, or an app that uses
 * zero-gesture signing.
 */
export type SignVia = 'program' | 'browser' | 'review' | 'delegate';

/** What the policy judges. */
export type PolicyQuestion = {
  readonly request: SigningRequest;
  readonly address: Address;
  readonly via: SignVia;
  /** The public host and port of this service. */
  readonly ownHost: string;
  readonly nowMs: number;
};

/** What the policy decided, and the rule that decided it. */
export type PolicyDecision = {
  readonly effect: 'refuse' | 'review' | 'sign';
  readonly ruleId: RuleId;
  readonly reason: string;
  /** Present unless the effect is `sign`. */
  readonly code?: ErrorCode;
};

type Asked = PolicyQuestion & { readonly content: SigningContent };

type Rule = {
  readonly id: string;
  readonly effect: PolicyDecision['effect'];
  readonly code?: ErrorCode;
  readonly reason: string;
  readonly applies: (asked: Asked) => boolean;
};

/** Rights that end later than this count as rights without an end. */
export const MAX_RIGHTS_LIFETIME_MS = 30 * 86_400_000;

const RULES = [
  {
    id: 'never-bare-digest',
    effect: 'refuse',
    code: 'ERR_POLICY_BARE_DIGEST',
    reason:
      'A contract may accept 32 signed bytes as the hash of a transaction, and a hash can be brute-forced to look like text.',
    applies: ({ request }) => request.bytes.length === 32,
  },
  {
    id: 'never-own-sign-in',
    effect: 'refuse',
    code: 'ERR_POLICY_OWN_SIGN_IN',
    reason:
      'A key held here must not open a session here: anyone who can sign once could then sign forever.',
    applies: ({ content, ownHost }) =>
      claimedDomainOf(content)?.toLowerCase() === ownHost.toLowerCase(),
  },
  {
    id: 'never-own-statement',
    effect: 'refuse',
    code: 'ERR_POLICY_OWN_STATEMENT',
    reason: "A user's signature must not look like this service's evidence, receipts or proofs.",
    applies: ({ content }) => isOwnStatement(content),
  },
  {
    id: 'never-unreadable-review',
    effect: 'refuse',
    code: 'ERR_SIWE_INVALID',
    reason: 'A person cannot be shown what a sign-in request grants if it cannot be parsed.',
    applies: ({ content, via }) =>
      via === 'review' && content.kind === 'malformed' && content.message === undefined,
  },
  {
    id: 'never-rights-without-end',
    effect: 'refuse',
    code: 'ERR_POLICY_NO_EXPIRY',
    reason:
      "Rights must expire within 30 days. Only hosting of the user's own spaces may last, because data depends on it.",
    applies: ({ content, address, nowMs }) =>
      lacksExpiry(content, nowMs) && !hostsOwnSpacesOnly(content, address),
  },
  {
    id: 'never-foreign-hosting',
    effect: 'refuse',
    code: 'ERR_POLICY_FOREIGN_HOSTING',
    reason: 'Only the owner of a space may decide where it is hosted.',
    applies: ({ content, address }) =>
      rightsIn(content).some(
        ({ resource, abilities }) => abilities.some(isHosting) && !isOwnSpace(resource, address),
      ),
  },
  {
    id: 'browser-needs-review',
    effect: 'review',
    code: 'ERR_REVIEW_REQUIRED',
    reason: 'A browser acts for a person, who must see each request before it is signed.',
    applies: ({ via }) => via === 'browser',
  },
  {
    id: 'approved-review',
    effect: 'sign',
    reason: 'The person saw what these bytes grant and approved them.',
    applies: ({ via }) => via === 'review',
  },
  {
    id: 'zero-gesture-allow-list',
    effect: 'sign',
    reason:
      "One of the ten requests that set up the person's own account, which the person allowed beforehand.",
    applies: ({ via }) => via === 'delegate',
  },
  {
    id: 'program-session',
    effect: 'sign',
    reason: 'The sign-in of a program states that it may sign without asking, for at most an hour.',
    applies: () => true,
  },
] as const satisfies readonly Rule[];

/** The id of a rule. */
export type RuleId = (typeof RULES)[number]['id'];

/** All rules in order, for documentation. */
export const POLICY_RULES: readonly (Omit<Rule, 'applies'> & { readonly id: RuleId })[] = RULES;

/** Returns the decision of the first rule that applies. */
export function decide(question: PolicyQuestion): PolicyDecision {
  const asked: Asked = { ...question, content: question.request.content };
  const rule = RULES.find(({ applies }) => applies(asked)) ?? RULES[RULES.length - 1];
  if (rule === undefined) throw new TypeError('the last rule always applies');
  const { id, effect, reason } = rule;
  return { effect, ruleId: id, reason, ...('code' in rule ? { code: rule.code } : {}) };
}

/**
 * Returns the domain of a sign-in request or, if it does not parse, the domain that its first line
 * claims.
 */
function claimedDomainOf(content: SigningContent): string | undefined {
  const message = signInMessageOf(content);
  if (message !== undefined) return message.domain;
  if (content.kind !== 'malformed') return undefined;
  const [heading = ''] = content.text.trimStart().split('\n');
  return /^(?:[a-z][a-z0-9+.-]*:\/\/)?(\S+) wants you to sign in with your Ethereum account:/i.exec(
    heading,
  )?.[1];
}

const isOurName = (value: unknown): boolean =>
  typeof value === 'string' && /^sealwright[.-]/.test(value);

function isOwnStatement(content: SigningContent): boolean {
  // A parsed sign-in begins with the domain of an app, and that domain may begin with our name.
  if (content.kind !== 'text' && content.kind !== 'malformed') return false;
  const { text } = content;
  if (isOurName(text.trimStart())) return true;
  const value = parseJson(text) ?? parseJson(headerOf(text));
  if (!isRecord(value)) return false;
  return ['purpose', 'typ', 'export'].some((name) => isOurName(value[name]));
}

/** Decodes the header of a compact JWS. */
const headerOf = (text: string): string =>
  Buffer.from(text.split('.')[0] ?? '', 'base64url').toString();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lacksExpiry(content: SigningContent, nowMs: number): boolean {
  if (content.kind === 'recap') return !endsInTime(content.message, nowMs);
  // The end of the rights is unknown in text that does not parse.
  if (content.kind !== 'malformed' || !content.claims) return false;
  return content.message === undefined || !endsInTime(content.message, nowMs);
}

const endsInTime = ({ expirationTime }: SiweMessage, nowMs: number): boolean =>
  expirationTime !== undefined && Date.parse(expirationTime) - nowMs <= MAX_RIGHTS_LIFETIME_MS;

/**
 * Returns the rights in a request or, if it does not parse, those that the most lenient reader
 * finds in it.
 */
function rightsIn(
  content: SigningContent,
): readonly Pick<GrantedRights, 'resource' | 'abilities'>[] {
  if (content.kind === 'recap') return content.rights;
  if (content.kind !== 'malformed') return [];
  return readClaimedGrants(content.text).map(({ resource, ability }) => ({
    resource: findResource(resource),
    abilities: [ability],
  }));
}

const isHosting = (ability: string): boolean => ability.startsWith('tinycloud.space/');

/** Returns whether a resource is a whole space of this address, on any chain. */
const isOwnSpace = (resource: Resource | undefined, address: Address): boolean =>
  resource?.kind === 'space' &&
  resource.service === 'space' &&
  resource.path === undefined &&
  resource.space.owner.address === address;

const hostsOwnSpacesOnly = (content: SigningContent, address: Address): boolean =>
  content.kind === 'recap' &&
  content.rights.every(
    ({ resource, abilities }) =>
      isOwnSpace(resource, address) &&
      abilities.every((ability) => ability === 'tinycloud.space/host'),
  );
