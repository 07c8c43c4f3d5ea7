/**
 * Records in the user's document that the person approved a request of an app. The record becomes
 * durable in the commit of the signature.
 */
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';
import { type AppApproval, type AppRecord, findAppRecord } from '../accounts/app-record.js';
import type { UserDocument, UserKey, UserSession } from '../accounts/user-document.js';
import { sha256Hex } from '../protocol/bytes.js';
import { ENGLISH_WORDS, type ReviewWords } from '../languages/review-words.js';
import { type RightPair, rightPairsOf } from './review/summary/right-pairs.js';
import { summarize } from './review/summary/summarize.js';
import { type SigningContent, type SigningRequest, signInMessageOf } from './signing-request.js';

/** How long an approval counts when the app asks again. */
export const REMEMBERED_MS = 30 * 86_400_000;

const MAX_RIGHTS_LENGTH = 200;

/**
 * A request is at most this old when it is approved, unless its review warned of its issue time:
 * five minutes before its review, and five more until the answer.
 */
const OLDEST_MS = 600_000;

/** The app, the key and the session of an approval. */
export type ApprovedBy = {
  readonly appOrigin: string;
  readonly key: UserKey;
  readonly sessionId: string;
  /** The words in which the person reads later what they approved, English by default. */
  readonly words?: ReviewWords | undefined;
};

/** Returns the hash by which a right is recognized: 160 bits as hex. */
export const pairHashOf = ({ resource, ability }: RightPair): string =>
  sha256Hex(JSON.stringify([resource, ability])).slice(0, 40);

/** Returns the period that a message states, or undefined if it states no end. */
export function statedPeriodOf(content: SigningContent): number | undefined {
  const { issuedAt = '', expirationTime } = signInMessageOf(content) ?? {};
  if (expirationTime === undefined) return undefined;
  return Math.max(0, Date.parse(expirationTime) - Date.parse(issuedAt));
}

/** Returns the user with the approval of this request in the record of its app. */
export function noteApproval(
  user: UserDocument,
  { appOrigin, key, sessionId, words = ENGLISH_WORDS }: ApprovedBy,
  { content }: SigningRequest,
  nowMs: number,
): UserDocument {
  const before = findAppRecord(user, appOrigin, key.address);
  const added = approvalOf(content, nowMs, words);
  const record = withApproval(before ?? newRecord(appOrigin, key, nowMs), added, nowMs);
  const others = (user.apps ?? []).filter((each) => each !== before);
  return {
    ...user,
    approvedOrigins: user.approvedOrigins.includes(appOrigin)
      ? user.approvedOrigins
      : [...user.approvedOrigins.slice(1 - ACCOUNT_LIMITS.approvedOrigins), appOrigin],
    apps: [...others.slice(1 - ACCOUNT_LIMITS.apps), record].map((each) =>
      each.origin === appOrigin ? unstopped(each) : each,
    ),
    sessions: user.sessions.map((each) =>
      each.id === sessionId ? withApp(each, appOrigin) : each,
    ),
  };
}

const newRecord = (origin: string, { address }: UserKey, nowMs: number): AppRecord => ({
  origin,
  keyAddress: address,
  firstApprovedAtMs: nowMs,
  lastApprovedAtMs: nowMs,
  approvals: [],
});

/** Returns what to remember of a sign-in request with an end, or undefined for other content. */
function approvalOf(
  content: SigningContent,
  nowMs: number,
  words: ReviewWords,
): AppApproval | undefined {
  const { expirationTime } = signInMessageOf(content) ?? {};
  const statedMs = statedPeriodOf(content);
  if (expirationTime === undefined || statedMs === undefined) return undefined;
  const pairs = content.kind === 'recap' ? rightPairsOf(content.rights) : [];
  const untilMs = Math.max(nowMs, Date.parse(expirationTime));
  return {
    approvedAtMs: nowMs,
    // An issue time in the distant past must not make the period longer than the person was told.
    lastsMs: Math.min(statedMs, untilMs - nowMs + OLDEST_MS),
    untilMs,
    rights:
      pairs.length === 0
        ? ''
        : (summarize(content, [], nowMs, { words })?.want ?? '').slice(0, MAX_RIGHTS_LENGTH),
    pairs: pairs.length > ACCOUNT_LIMITS.approvalPairs ? [] : pairs.map(pairHashOf),
  };
}

function withApproval(record: AppRecord, added: AppApproval | undefined, nowMs: number): AppRecord {
  if (added === undefined) return { ...record, lastApprovedAtMs: nowMs };
  const kept = record.approvals.filter(
    (each) =>
      !covers(added, each) && (each.untilMs > nowMs || nowMs - each.approvedAtMs < REMEMBERED_MS),
  );
  const givesRights = added.rights !== '';
  const untilMs = Math.max(record.untilMs ?? 0, givesRights ? added.untilMs : 0);
  return {
    ...record,
    lastApprovedAtMs: nowMs,
    ...(untilMs === 0 ? {} : { untilMs }),
    approvals: [...kept.slice(1 - ACCOUNT_LIMITS.approvalsPerApp), added],
  };
}

/** Returns whether a new approval allows all that an older one allows, for at least as long. */
const covers = (added: AppApproval, before: AppApproval): boolean =>
  added.untilMs >= before.untilMs &&
  added.lastsMs >= before.lastsMs &&
  (before.rights === '' || before.pairs.length > 0) &&
  before.pairs.every((each) => added.pairs.includes(each));

function unstopped({ stoppedAtMs: _stopped, ...record }: AppRecord): AppRecord {
  return record;
}

/** Returns the session with one more app. Its last proof has now counted for an approval. */
function withApp(session: UserSession, appOrigin: string): UserSession {
  const others = (session.appOrigins ?? []).filter((each) => each !== appOrigin);
  return {
    ...session,
    usedProofAtMs: session.verifiedAtMs,
    appOrigins: [...others.slice(1 - ACCOUNT_LIMITS.appsPerSession), appOrigin],
  };
}
