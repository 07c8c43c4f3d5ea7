/**
 * The signing policy: one table, each rule with its reason, over the bytes that EIP-191 is applied to and never over the
 * format in which they came. The first rule that applies decides; the last one always does.
 *
 * Three effects: `refuse`, whoever asks; `review`, only after the person saw it; `sign`.
 */
import type { ErrorCode } from '../errors.js';
import type { Address } from '../protocol/address.js';
import { isRecord } from '../protocol/record.js';
import { claimsCapabilities, readClaimedGrants } from './claimed-grants.js';
import { textOf } from './payload.js';

/** Who asks: a program, a browser, a browser whose person approved a review, or an app by the zero-gesture route. */
export type SignVia = 'program' | 'browser' | 'review' | 'delegate';

export type PolicyQuestion = {
  readonly payload: Uint8Array;
  readonly address: Address;
  readonly via: SignVia;
  /** Host and port of this service as people see it. */
  readonly ownHost: string;
};

export type PolicyDecision = {
  readonly effect: 'refuse' | 'review' | 'sign';
  readonly ruleId: RuleId;
  readonly reason: string;
  /** Of a decision that does not sign. */
  readonly code?: ErrorCode;
};

type Read = PolicyQuestion & { readonly text: string | undefined };

type Rule = {
  readonly id: string;
  readonly effect: PolicyDecision['effect'];
  readonly code?: ErrorCode;
  readonly reason: string;
  readonly applies: (asked: Read) => boolean;
};

const RULES = [
  {
    id: 'never-bare-digest',
    effect: 'refuse',
    code: 'ERR_POLICY_BARE_DIGEST',
    reason:
      'A contract may take 32 signed bytes for the hash of a transaction, and a hash can be ground until it reads as text.',
    applies: ({ payload }) => payload.length === 32,
  },
  {
    id: 'never-own-sign-in',
    effect: 'refuse',
    code: 'ERR_POLICY_OWN_SIGN_IN',
    reason:
      'A key held here must not open a session here: whoever may sign once could sign for ever.',
    applies: ({ text, ownHost }) => text !== undefined && isOwnSignIn(text, ownHost),
  },
  {
    id: 'never-own-statement',
    effect: 'refuse',
    code: 'ERR_POLICY_OWN_STATEMENT',
    reason: "A user's signature must not look like this service's evidence, receipts or proofs.",
    applies: ({ text }) => text !== undefined && isOwnStatement(text),
  },
  {
    id: 'never-rights-without-end',
    effect: 'refuse',
    code: 'ERR_POLICY_NO_EXPIRY',
    reason:
      'A grant without expiry can not be outlived; hosting an own space is the one that must last.',
    applies: ({ text, address }) =>
      text !== undefined &&
      claimsCapabilities(text) &&
      !/^Expiration Time: ./m.test(text) &&
      !hostsOwnSpacesOnly(text, address),
  },
  {
    id: 'never-foreign-hosting',
    effect: 'refuse',
    code: 'ERR_POLICY_FOREIGN_HOSTING',
    reason: 'Only the owner of a space may say where it is hosted.',
    applies: ({ text, address }) =>
      text !== undefined &&
      readClaimedGrants(text).some(
        ({ resource, ability }) => isHosting(ability) && !isOwnSpace(resource, address),
      ),
  },
  {
    id: 'browser-needs-review',
    effect: 'review',
    code: 'ERR_REVIEW_REQUIRED',
    reason: 'Behind a browser is a person, who sees each request before it is signed.',
    applies: ({ via }) => via === 'browser',
  },
  {
    id: 'approved-review',
    effect: 'sign',
    reason: 'The person saw what these bytes grant and approved it.',
    applies: ({ via }) => via === 'review',
  },
  {
    id: 'zero-gesture-allow-list',
    effect: 'sign',
    reason:
      'One of the ten requests that set up the own account, which the person allowed beforehand.',
    applies: ({ via }) => via === 'delegate',
  },
  {
    id: 'program-session',
    effect: 'sign',
    reason: 'The sign-in of a program says that it may sign without asking, for at most an hour.',
    applies: () => true,
  },
] as const satisfies readonly Rule[];

export type RuleId = (typeof RULES)[number]['id'];

/** All rules, for whoever describes the policy. */
export const POLICY_RULES: readonly (Omit<Rule, 'applies'> & { readonly id: RuleId })[] = RULES;

/** Decides by the first rule that applies. */
export function decide(question: PolicyQuestion): PolicyDecision {
  const asked: Read = { ...question, text: textOf(question.payload) };
  const rule = RULES.find(({ applies }) => applies(asked)) ?? RULES[RULES.length - 1];
  if (rule === undefined) throw new TypeError('the last rule always applies');
  const { id, effect, reason } = rule;
  return { effect, ruleId: id, reason, ...('code' in rule ? { code: rule.code } : {}) };
}

function isOwnSignIn(text: string, ownHost: string): boolean {
  const [heading = ''] = text.trimStart().split('\n');
  const [, domain] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?(\S+) wants you to sign in with your Ethereum account:/i.exec(
      heading,
    ) ?? [];
  return domain?.toLowerCase() === ownHost.toLowerCase();
}

const isOurName = (value: unknown): boolean =>
  typeof value === 'string' && /^sealwright[.-]/.test(value);

function isOwnStatement(text: string): boolean {
  if (isOurName(text.trimStart())) return true;
  const value = parseJson(text) ?? parseJson(headerOf(text));
  if (!isRecord(value)) return false;
  return ['purpose', 'typ', 'export'].some((name) => isOurName(value[name]));
}

/** The header of a compact JWS. */
const headerOf = (text: string): string =>
  Buffer.from(text.split('.')[0] ?? '', 'base64url').toString();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isHosting = (ability: string): boolean => ability.startsWith('tinycloud.space/');

const isOwnSpace = (resource: string, address: Address): boolean =>
  new RegExp(`^tinycloud:pkh:eip155:[1-9][0-9]*:${address}:[^:/]+/space$`).test(resource);

function hostsOwnSpacesOnly(text: string, address: Address): boolean {
  const grants = readClaimedGrants(text);
  return (
    grants.length > 0 &&
    grants.every(
      ({ resource, ability }) =>
        ability === 'tinycloud.space/host' && isOwnSpace(resource, address),
    )
  );
}
