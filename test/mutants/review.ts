/** Faults in what a person is shown, what waits for them, and what their approval is worth. */
import type { Mutant } from './mutant.js';

const PENDING = 'test/signing/pending-reviews.test.ts';
const REVIEWED = 'test/signing/sign-reviewed.test.ts';
const STATEMENTS = 'test/signing/statements.test.ts';
const WARNINGS = 'test/signing/warnings.test.ts';
const DIGEST = 'test/scenarios/review-digest.test.ts';
const COVERED =
  'the digest covers the response, and any other statement, warning or side effect changes it';
const TAKEN =
  'a taken review can be taken again only after it is put back, and never after it is spent';
const NEEDED =
  'an existing passkey is required for the first request of an app and for grave rights';
const OWNER = 'the own address outside the owner does not make a space an own one';
const EACH = 'each warning has its cause, and an ordinary sign-in has no warning';
const SEEN = 'test/pages/visible-text.test.ts';
const DISCLOSED = 'test/browser/widget-disclosure.test.ts';
const PROOF = 'test/signing/needs-assertion.test.ts';
const RETURNING = 'test/signing/find-returning.test.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'review-taken-twice',
    file: 'src/signing/review/pending-reviews.ts',
    from: "if (entry.state === 'taken') throw new ServiceError('ERR_REVIEW_USED');",
    to: '',
    killedBy: `${PENDING}: ${TAKEN}`,
  },
  {
    id: 'review-put-back-after-use',
    file: 'src/signing/review/pending-reviews.ts',
    from: "this.#end(id, 'ERR_REVIEW_USED');",
    to: '',
    killedBy: `${PENDING}: ${TAKEN}`,
  },
  {
    id: 'review-of-another-user',
    file: 'src/signing/review/pending-reviews.ts',
    from: ' || entry.review.userId !== claim.userId',
    to: '',
    killedBy: `${PENDING}: a claim that does not match takes no review`,
  },
  {
    id: 'review-of-another-key',
    file: 'src/signing/review/pending-reviews.ts',
    from: "if (review.keyId !== keyId) throw new ServiceError('ERR_REVIEW_OTHER_KEY');",
    to: '',
    killedBy: `${PENDING}: a claim that does not match takes no review`,
  },
  {
    id: 'review-of-other-bytes',
    file: 'src/signing/review/pending-reviews.ts',
    from: 'bytes !== undefined && !isSame(bytes, review.bytes)',
    to: 'bytes !== undefined && bytes.length > 1_000_000',
    killedBy: `${PENDING}: a claim that does not match takes no review`,
  },
  {
    id: 'review-expired',
    file: 'src/signing/review/pending-reviews.ts',
    from: "if (review.expiresAtMs <= this.#timer.clock()) throw new ServiceError('ERR_REVIEW_EXPIRED');",
    to: '',
    killedBy: `${PENDING}: a review that expired since the last sweep cannot be taken`,
  },
  {
    id: 'review-swept-only-by-others',
    file: 'src/signing/review/pending-reviews.ts',
    from: 'this.#isScheduled = false;\n      this.#sweep();',
    to: 'this.#isScheduled = false;',
    killedBy: `${PENDING}: a review expires on time and its bytes are released without a request`,
  },
  {
    id: 'review-outlives-its-session',
    file: 'src/signing/review/pending-reviews.ts',
    from: 'if (review.sessionId === sessionId) this.#set(id, undefined);',
    to: '',
    killedBy: `${PENDING}: only the reviews of an ended session are removed`,
  },
  {
    id: 'review-not-dropped-with-its-session',
    file: 'src/compose/compose-signing.ts',
    from: 'sessions.onEnded((sessionId) => reviews.dropSession(sessionId));',
    to: '',
    killedBy: `${DIGEST}: a review ends with the session that requested it`,
  },
  {
    id: 'review-memory-without-limit',
    file: 'src/signing/review/pending-reviews.ts',
    from: "if (this.#bytes + sizeOf(entry) > MAX_PENDING_BYTES) throw new ServiceError('ERR_REVIEW_LIMIT');",
    to: '',
    killedBy: `${PENDING}: reviews over the memory limit are refused until some have ended`,
  },
  {
    id: 'review-keeps-what-was-read',
    file: 'src/signing/review/review.ts',
    from: 'return { review: { ...pending, ...shown }, pending };',
    to: 'return { review: { ...pending, ...shown }, pending: { ...pending, ...shown } };',
    killedBy: `${PENDING}: a waiting review uses no more memory than is counted for it`,
  },
  {
    id: 'digest-without-statements',
    file: 'src/signing/review/review.ts',
    from: '    statements,\n    warnings,\n    sideEffects,\n    returning,\n    expiresAt: new',
    to: '    warnings,\n    sideEffects,\n    returning,\n    expiresAt: new',
    killedBy: `${DIGEST}: ${COVERED}`,
  },
  {
    id: 'digest-without-warnings',
    file: 'src/signing/review/review.ts',
    from: '    statements,\n    warnings,\n    sideEffects,\n    returning,\n    expiresAt: new',
    to: '    statements,\n    sideEffects,\n    returning,\n    expiresAt: new',
    killedBy: `${DIGEST}: ${COVERED}`,
  },
  {
    id: 'digest-without-side-effects',
    file: 'src/signing/review/review.ts',
    from: '    statements,\n    warnings,\n    sideEffects,\n    returning,\n    expiresAt: new',
    to: '    statements,\n    warnings,\n    returning,\n    expiresAt: new',
    killedBy: `${DIGEST}: ${COVERED}`,
  },
  {
    id: 'digest-without-returning',
    file: 'src/signing/review/review.ts',
    from: '    returning,\n    expiresAt: new',
    to: '    expiresAt: new',
    killedBy: `${DIGEST}: ${COVERED}`,
  },
  {
    id: 'copied-passkey-counts',
    file: 'src/signing/review/needs-assertion.ts',
    from: "(each) => each.kind === 'passkey' && each.clonedAtMs === undefined,",
    to: "(each) => each.kind === 'passkey',",
    killedBy: `${REVIEWED}: ${NEEDED}`,
  },
  {
    id: 'grave-rights-without-passkey',
    file: 'src/signing/review/needs-assertion.ts',
    from: 'return review.isGrave;',
    to: 'return false;',
    killedBy: `${REVIEWED}: ${NEEDED}`,
  },
  {
    id: 'first-request-without-passkey',
    file: 'src/signing/review/needs-assertion.ts',
    from: 'return review.isRed || !hasFreshProof(user, review.sessionId, nowMs);',
    to: 'return review.isGrave;',
    killedBy: `${REVIEWED}: ${NEEDED}`,
  },
  {
    id: 'fresh-passkey-counts-for-red',
    file: 'src/signing/review/needs-assertion.ts',
    from: 'review.isRed || ',
    to: '',
    killedBy: `${PROOF}: a fresh passkey counts for the first review, but never for what is red`,
  },
  {
    id: 'fresh-passkey-counts-twice',
    file: 'src/signing/review/needs-assertion.ts',
    from: ' || session.usedProofAtMs === session.verifiedAtMs',
    to: '',
    killedBy: `${PROOF}: a fresh passkey counts once`,
  },
  {
    id: 'fresh-passkey-counts-for-ever',
    file: 'src/signing/review/needs-assertion.ts',
    from: 'ageMs < PROOF_MS &&',
    to: '',
    killedBy: `${PROOF}: a proof counts for 60 seconds, in its session, by a passkey that still serves`,
  },
  ...(
    [
      ['stopped', ' || record.stoppedAtMs !== undefined', 'an app that was stopped'],
      ['month', 'nowMs - approvedAtMs < REMEMBERED_MS && ', 'a request 30 days later'],
      ['period', ' && lastsMs >= statedMs', 'a longer period'],
      ['red', "summary.lines.some(({ level }) => level === 'danger') ||", 'something red'],
      ['set-up', 'sideEffects !== null ||', 'a set-up'],
      ['time', "warnings.some(({ id }) => id === 'odd-time') ||", 'an odd time'],
      ['statement', 'appStatementOf(content) !== undefined ||', 'a statement of the app'],
      ['resource', "resources.length > (content.kind === 'recap' ? 1 : 0) ||", 'another resource'],
      ['id', 'requestId !== undefined ||', 'a request id'],
    ] as const
  ).map(([name, from, what]) => ({
    id: `short-screen-${name}`,
    file: 'src/signing/review/find-returning.ts',
    from,
    to: '',
    killedBy: `${RETURNING}: the full review is shown for ${what}`,
  })),
  {
    id: 'short-screen-for-other-rights',
    file: 'src/signing/review/find-returning.ts',
    from: ' || !pairs.every((each) => approved.has(each))',
    to: '',
    killedBy: `${RETURNING}: one more right than was approved brings the full review back`,
  },
  {
    id: 'passkey-added-meanwhile',
    file: 'src/signing/sign-reviewed.ts',
    from: 'if (untrustedAssertion === undefined && needsAssertion(known, review, atMs)) {',
    to: 'if (false) {',
    killedBy: `${REVIEWED}: a passkey that is added after the review was requested is required as well`,
  },
  {
    id: 'reviewed-time-not-judged-again',
    file: 'src/signing/sign-reviewed.ts',
    from: 'if (message !== undefined) requireTime(message, nowMs);',
    to: '',
    killedBy: `${REVIEWED}: the times of a message are checked again when it is signed`,
  },
  {
    id: 'set-up-that-was-not-shown',
    file: 'src/signing/sign-reviewed.ts',
    from: "hook: showsSetUp ? 'run' : 'not-shown',",
    to: "hook: 'run',",
    killedBy: `${REVIEWED}: the setup runs only if the review showed it`,
  },
  {
    id: 'foreign-space-by-text',
    file: 'src/signing/review/warnings.ts',
    from: 'return owner.address === address && owner.chainId === chainId;',
    to: 'return JSON.stringify(resource).includes(address);',
    killedBy: `${WARNINGS}: ${OWNER}`,
  },
  {
    id: 'foreign-space-on-any-chain',
    file: 'src/signing/review/warnings.ts',
    from: ' && owner.chainId === chainId',
    to: '',
    killedBy: `${WARNINGS}: ${EACH}`,
  },
  {
    id: 'slash-keys-without-warning',
    file: 'src/signing/review/warnings.ts',
    from: "if (rights.some(({ resource }) => hasOddPath(resource))) found.add('void-grant');",
    to: '',
    killedBy: `${WARNINGS}: ${EACH}`,
  },
  {
    id: 'empty-path-is-ordinary',
    file: 'src/signing/review/odd-path.ts',
    from: "(resource.path === '' || resource.path?.startsWith('/') === true)",
    to: "resource.path?.startsWith('/') === true",
    killedBy: `${WARNINGS}: ${EACH}`,
  },
  {
    id: 'listing-of-all-keys-understated',
    file: 'src/signing/review/statements.ts',
    from: "resource.path !== '' || ability",
    to: 'true || ability',
    killedBy: `${STATEMENTS}: listing all keys by the empty path differs from reading below it`,
  },
  {
    id: 'databases-understated',
    file: 'src/signing/review/statements.ts',
    from: 'return /^[^/]+$/.test(path)',
    to: 'return true',
    killedBy: `${STATEMENTS}: unknown, foreign and unusual rights are stated explicitly`,
  },
  {
    id: 'statement-of-the-app-not-told-apart',
    file: 'src/signing/review/app-statement.ts',
    from: "return own === '' ? undefined : own;",
    to: 'return undefined;',
    killedBy: `${DIGEST}: the response contains every member of a sign-in request`,
  },
  {
    id: 'resources-left-out-of-the-answer',
    file: 'src/http/routes/review-routes.ts',
    from: 'resources: resources.filter((uri) => !/^urn:recap:/i.test(uri))',
    to: 'resources: resources.slice(0, 0)',
    killedBy: `${DIGEST}: the response contains every member of a sign-in request`,
  },
  {
    id: 'fillers-unseen',
    file: 'src/widget/screens/visible-text.ts',
    from: '\\p{Default_Ignorable_Code_Point}',
    to: '',
    killedBy: `${SEEN}: Hangul filler is named by its code point`,
  },
  {
    id: 'spaces-unseen',
    file: 'src/widget/screens/visible-text.ts',
    from: '\\p{Zs}',
    to: '',
    killedBy: `${SEEN}: no-break space is named by its code point`,
  },
  {
    id: 'braille-blank-unseen',
    file: 'src/widget/screens/visible-text.ts',
    from: '\\u2800',
    to: '',
    killedBy: `${SEEN}: Braille pattern blank is named by its code point`,
  },
  {
    id: 'statement-not-shown',
    file: 'src/widget/screens/review-screen.ts',
    from: '    statementOf(review),\n',
    to: '',
    killedBy: `${DISCLOSED}: the statement, the resources, the times and the setup are in the first layer`,
  },
  {
    id: 'resources-not-shown',
    file: 'src/widget/screens/review-screen.ts',
    from: '    resourcesOf(review),\n',
    to: '',
    killedBy: `${DISCLOSED}: the statement, the resources, the times and the setup are in the first layer`,
  },
  {
    id: 'approve-before-the-end-was-seen',
    file: 'src/widget/screens/review-screen.ts',
    from: 'if (!reading.isDone()) {',
    to: 'if (false) {',
    killedBy: `${DISCLOSED}: a request that does not fit is approved only after its first layer was in view`,
  },
  {
    id: 'bytes-in-one-step',
    file: 'src/widget/screens/review-screen.ts',
    from: '  if (isBytes) askTwice(review, { body, pair, reject, approve });\n',
    to: '',
    killedBy: `${DISCLOSED}: bytes that nobody can read are signed in two steps`,
  },
  {
    id: 'upkeep-by-prefix',
    file: 'src/signing/review/summary/upkeep.ts',
    from: 'path === eachPath &&',
    to: 'path?.startsWith(eachPath ?? "") === true &&',
    killedBy:
      'test/signing/rights-summary.test.ts: only the exact rights of the upkeep are folded into it',
  },
  {
    id: 'danger-folded-into-plain',
    file: 'src/signing/review/summary/compose-lines.ts',
    from: 'level: lines.map(({ level }) => level).reduce(graverOf),',
    to: "level: 'plain',",
    killedBy:
      'test/signing/rights-summary.test.ts: a dangerous right makes its line dangerous, and dangerous lines come first',
  },
  {
    id: 'height-before-consent',
    file: 'src/widget/stage.ts',
    from: "new Set(['connect', 'continue'])",
    to: 'new Set([])',
    killedBy: `${DISCLOSED}: before consent the frame has the same place whether or not a person is signed in`,
  },
  {
    id: 'refused-click-forgotten',
    file: 'src/widget/approve-guard.ts',
    from: 'if (code !== undefined) this.refuse();',
    to: '',
    killedBy: 'test/browser/widget-clicks.test.ts: each refused click restarts the delay',
  },
  {
    id: 'approved-right-after-a-cover',
    file: 'src/widget/approve-guard.ts',
    from: "return isEarly ? 'ERR_APPROVE_TOO_EARLY' : undefined;\n  }\n\n  #findHaste",
    to: 'return undefined;\n  }\n\n  #findHaste',
    killedBy:
      'test/browser/widget-approval.test.ts: an approval under an overlay of the page is refused',
  },
  {
    id: 'approved-after-a-move',
    file: 'src/widget/approve-guard.ts',
    from: "if (nowMs - this.#note(event).sinceMs < SETTLE_MS) return 'ERR_APPROVE_MOVED';",
    to: '',
    killedBy:
      'test/browser/widget-approval.test.ts: an approval after the frame moved under the pointer is refused',
  },
  {
    id: 'cut-frame-counts-as-whole',
    file: 'src/widget/approve-guard.ts',
    from: 'entry?.isVisible === true && isWhole(entry)',
    to: 'entry?.isVisible === true',
    killedBy:
      'test/browser/widget-approval.test.ts: an app of the same site can show a request in its frame, unless it cuts it',
  },
  {
    id: 'frame-between-pixels-counts-as-cut',
    file: 'src/widget/approve-guard.ts',
    from: 'entry?.isVisible === true && isWhole(entry)',
    to: 'entry?.isVisible === true && entry.intersectionRatio === 1',
    killedBy:
      'test/browser/widget-approval.test.ts: an app of the same site can show a request in its frame, unless it cuts it',
  },
];
