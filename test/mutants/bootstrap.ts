/**
 * Faults in setting an account up: what is promised, what is signed, and what is believed of a
 * node.
 */
import type { Mutant } from './mutant.js';

const HOOK = 'src/provisioning';
const ENGINE = 'src/bootstrap';
const PROMISES = 'test/scenarios/durable-promises.test.ts';
const THOUGHTS = 'test/scenarios/second-thoughts.test.ts';
const ANSWERS = 'test/bootstrap/node-answers.test.ts';
const COMPOSED = 'test/bootstrap/composed-requests.test.ts';
const READ_BACK = 'test/scenarios/read-back.test.ts';
const EXISTING = 'test/scenarios/existing-account.test.ts';
const HOSTILE = 'test/scenarios/hostile-node.test.ts';
const PACE = 'test/provisioning/run-pace.test.ts';
const DELAY = 'test/bootstrap/retry-delay.test.ts';
const AWAY = 'test/scenarios/node-away.test.ts';
const BREAKER = 'test/bootstrap/node-breaker.test.ts';
const CLOCK = 'test/scenarios/node-clock.test.ts';
const NODE_CLOCK = 'test/bootstrap/node-clock.test.ts';
const TURNS = 'test/provisioning/run-turns.test.ts';
const STEPS = 'test/bootstrap/step-turns.test.ts';
const ONE_STEP = `${STEPS}: in a turn, a run signs one message, sends one request, or completes one task`;

const PARTS = `${READ_BACK}: each part that the node lost is detected and written again`;
const TWICE = `${EXISTING}: an account that the node loses repeatedly is provisioned at most twice in thirty days`;

/** One member of the network's descriptor that is not compared. */
const descriptor = (name: string, from: string, what: string, to = ''): Mutant => ({
  id: `descriptor-${name}`,
  file: `${ENGINE}/node-operations.ts`,
  from,
  to,
  killedBy: `${ANSWERS}: a network with ${what} is foreign, whether new, existing or read back`,
});

/** One member of a composed request that is not compared. */
const composed = (name: string, from: string, killedBy: string): Mutant => ({
  id: `composed-${name}`,
  file: `${ENGINE}/delegations.ts`,
  from,
  to: '',
  killedBy: `${COMPOSED}: ${killedBy}`,
});

/** One part of an account that is not read back. */
const part = (name: string, from: string): Mutant => ({
  id: `read-back-${name}`,
  file: `${ENGINE}/verify-account.ts`,
  from,
  to: '',
  killedBy: PARTS,
});

export const MUTANTS: readonly Mutant[] = [
  // what is promised is durable
  {
    id: 'pending-before-durable',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: 'if (!(await active.durable)) return active.finished;',
    to: '',
    killedBy:
      'test/provisioning/ensure-bootstrap.test.ts: a signature that joins a run gets pending only once the record of the run is durable',
  },
  {
    id: 'waits-in-vain',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: 'if (!runs.mayEndWithin(subject, leftMs)) return pending;',
    to: '',
    killedBy:
      'test/provisioning/ensure-bootstrap.test.ts: a signature does not wait for a run that is not expected within the budget',
  },
  {
    id: 'budget-begins-late',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: '    const leftMs = untilMs - performance.now();\n    if (!runs',
    to: '    const leftMs = untilMs;\n    if (!runs',
    killedBy:
      'test/provisioning/ensure-bootstrap.test.ts: a signature does not wait for a run that is not expected within the budget',
  },
  {
    id: 'budget-begins-with-the-handler',
    file: 'src/http/routes/sign-routes.ts',
    from: 'return request.receivedAtMs +',
    to: 'return performance.now() +',
    killedBy: 'test/http/wait-end.test.ts: the budget begins when the request arrives',
  },
  {
    id: 'replica-waits-in-vain',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: 'if (!isElsewhere && !runs.mayEndWithin(subject, untilMs - performance.now())) return outcome;',
    to: '',
    killedBy:
      'test/provisioning/ensure-bootstrap.test.ts: a replica does not look for the end of a run that is behind many others',
  },
  {
    id: 'replica-follows-no-other',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: 'if (!isElsewhere && !runs.mayEndWithin(subject, untilMs - performance.now())) return outcome;',
    to: 'if (!runs.mayEndWithin(subject, untilMs - performance.now())) return outcome;',
    killedBy:
      'test/provisioning/ensure-bootstrap.test.ts: a replica looks for the end of a run that another one may execute',
  },
  {
    id: 'line-of-any-length',
    file: `${HOOK}/run-line.ts`,
    from: 'this.#rate.expectedMs(ahead) <= ms &&',
    to: '',
    killedBy:
      'test/provisioning/run-line.test.ts: a run may end soon only if few others are before it, by how long runs take',
  },
  {
    id: 'rate-of-any-length',
    file: `${HOOK}/line-rate.ts`,
    from: 'return (ahead + 1) * this.#intervalMs + this.#durationMs;',
    to: 'return this.#durationMs;',
    killedBy:
      'test/provisioning/run-line.test.ts: a run may end soon only if few others are before it, by how long runs take',
  },
  {
    id: 'line-without-places',
    file: `${HOOK}/run-line.ts`,
    from: ' && (this.#expectedBehind(ahead) ?? 0) <= ms;',
    to: ';',
    killedBy:
      'test/provisioning/run-line.test.ts: a run does not end soon if the node has no place for it',
  },
  {
    id: 'run-without-record',
    file: `${HOOK}/record-run.ts`,
    from: 'await records.saveAt(generation, again ? { ...record, again: true } : record);',
    to: '',
    killedBy: `${PROMISES}: accounts that were reported as pending are completed after a kill without another signature`,
  },
  {
    id: 'overflow-forgotten',
    file: `${HOOK}/bootstrap-runs.ts`,
    from: 'if (this.#sweeps.hasUntended && this.#turns.waiting === 0) this.own(this.#sweeps.sweep());',
    to: '',
    killedBy: `${PROMISES}: callers can wait for an account that waits only in its record`,
  },
  {
    id: 'sweep-only-at-start',
    file: `${HOOK}/bootstrap-runs.ts`,
    from: "this.#background.later('sweep', sweepEveryMs, () => this.resumeAll());",
    to: '',
    killedBy: `${PROMISES}: a sweep finds a record without an active run`,
  },
  {
    id: 'sweep-ignores-kill-switch',
    file: `${HOOK}/bootstrap-runs.ts`,
    from: 'if (!enabled) return 0;',
    to: '',
    killedBy: `${PROMISES}: a start with the kill switch leaves waiting runs, and one without it resumes them`,
  },
  {
    id: 'restart-keeps-failure',
    file: `${HOOK}/record-run.ts`,
    from: 'await records.saveAt(generation, withoutFailure(found));',
    to: '',
    killedBy: `${PROMISES}: a failed run that a signature starts again is durable without its failure`,
  },
  {
    id: 'youngest-first',
    file: `${HOOK}/untended-runs.ts`,
    from: 'a.startedAtMs - b.startedAtMs',
    to: 'b.startedAtMs - a.startedAtMs',
    killedBy: `${PROMISES}: runs that wait in their records are resumed oldest first`,
  },
  {
    id: 'unrecorded-run-uses-a-place',
    file: `${HOOK}/start-admitted.ts`,
    from: 'if (!(await started.durable)) giveBack();',
    to: '',
    killedBy: `${PROMISES}: a run whose record cannot be written is reported as failed and never as pending`,
  },
  {
    id: 'deletion-waits-for-turn',
    file: `${HOOK}/run-turns.ts`,
    from: "signal.addEventListener('abort', leave, { once: true });",
    to: '',
    killedBy: `${TURNS}: a run that ends while it waits frees its place and gets no turn`,
  },
  {
    id: 'turns-after-close',
    file: `${HOOK}/run-turns.ts`,
    from: 'if (this.#isClosed) return 0;',
    to: '',
    killedBy: `${TURNS}: no run gets a turn after close`,
  },
  {
    id: 'turns-without-bound',
    file: `${HOOK}/run-turns.ts`,
    from: '!this.#isPaused && this.#taken < this.#atOnce;',
    to: '!this.#isPaused && this.#taken <= this.#atOnce;',
    killedBy: `${TURNS}: in any sequence, no more runs than the limit have a turn, and no turn is lost`,
  },
  {
    id: 'all-tasks-begin-in-one-turn',
    file: `${ENGINE}/run-bootstrap.ts`,
    from: 'await environment.turn();',
    to: '',
    killedBy: ONE_STEP,
  },
  {
    id: 'all-requests-are-sent-in-one-turn',
    file: `${ENGINE}/node-client.ts`,
    from: 'await this.#environment.turn();',
    to: '',
    killedBy: ONE_STEP,
  },
  {
    id: 'all-replies-are-read-in-one-turn',
    file: `${ENGINE}/node-client.ts`,
    from: 'await turn();',
    to: '',
    killedBy: ONE_STEP,
  },
  {
    id: 'steps-of-the-service-share-a-turn',
    file: 'src/compose/compose-provisioning.ts',
    from: 'turn: () => turns.next(),',
    to: 'turn: () => Promise.resolve(),',
    killedBy: `${STEPS}: the steps of the runs of a service have a turn of the loop each`,
  },
  {
    id: 'one-turn-for-all-that-wait',
    file: 'src/runtime/loop-turns.ts',
    from: 'this.#waiting.shift()?.();',
    to: 'for (const resolve of this.#waiting.splice(0)) resolve();',
    killedBy:
      'test/runtime/loop-turns.test.ts: each step gets a turn of the loop of its own, in order of the calls',
  },
  {
    id: 'pace-ignores-the-loop',
    file: `${HOOK}/run-pace.ts`,
    from: 'return delayMs > LATE_MS ? Math.max(1, Math.floor(atOnce / 2)) : atOnce;',
    to: 'return atOnce;',
    killedBy: `${PACE}: while the loop is late, turns that end are not given to waiting runs`,
  },
  {
    id: 'pace-slowed-by-others',
    file: `${HOOK}/run-pace.ts`,
    from: ' || use < IDLE_USE',
    to: '',
    killedBy: `${PACE}: a loop that is late although it is mostly idle takes no turn away`,
  },
  {
    id: 'turn-given-beyond-the-pace',
    file: `${HOOK}/run-turns.ts`,
    from: '!this.#isPaused && this.#taken < this.#atOnce;',
    to: '!this.#isPaused && this.#taken < this.#most;',
    killedBy: `${TURNS}: fewer turns than are taken end none of them, and more go to those that wait longest`,
  },
  {
    id: 'renewed-run-not-recognized',
    file: 'src/bootstrap/renew-expired.ts',
    from: 'return isSame ? run :',
    to: 'return hosts === undefined ? run :',
    killedBy:
      'test/bootstrap/run.test.ts: a run of which nothing has expired stays the same object, so that it is not saved again',
  },
  {
    id: 'again-without-end',
    file: `${HOOK}/attempt-run.ts`,
    from: 'if (again === true) await held.save(record).catch(() => undefined);',
    to: '',
    killedBy: TWICE,
  },
  {
    id: 'again-not-recorded',
    file: `${HOOK}/record-run.ts`,
    from: 'again ? { ...record, again: true } : record',
    to: 'record',
    killedBy: `${EXISTING}: the next start resumes a lost account that waits to be provisioned again`,
  },
  {
    id: 'reprovision-limit',
    file: `${HOOK}/reverifications.ts`,
    from: 'if (!isGivenUp(state, nowMs)) {',
    to: '{',
    killedBy: TWICE,
  },
  {
    id: 'reprovision-limit-for-ever',
    file: `${HOOK}/completion.ts`,
    from: '(atMs) => atMs > nowMs - MONTH_MS',
    to: '() => true',
    killedBy: TWICE,
  },
  {
    id: 'lost-account-complete',
    file: `${HOOK}/completion.ts`,
    from: 'return state?.lostAtMs === undefined ? state : undefined;',
    to: 'return state;',
    killedBy: TWICE,
  },
  {
    id: 'given-up-account-set-up',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: "throw new ServiceError('ERR_BOOTSTRAP_ACCOUNT_LOST');",
    to: '',
    killedBy: TWICE,
  },
  {
    id: 'verified-before-seen',
    file: `${HOOK}/reverifications.ts`,
    from: 'if (!isWhole) return withLoss(state, nowMs);',
    to: '',
    killedBy: TWICE,
  },
  {
    id: 'retry-does-not-look',
    file: 'src/http/routes/bootstrap-routes.ts',
    from: 'await reverifications.look(subject).catch(() => undefined);',
    to: '',
    killedBy: `${EXISTING}: a retry of a complete account looks at the node, and a lost account is set up again`,
  },
  {
    id: 'identity-seen-once',
    file: `${ENGINE}/node-identity.ts`,
    from: "if (claimed !== nodeDid) throw new ServiceError('ERR_BOOTSTRAP_NODE_CHANGED');",
    to: '',
    killedBy: `${HOSTILE}: another identity behind the same address is noticed before anything is signed that names it`,
  },
  {
    id: 'probe-signed-for-another',
    file: `${HOOK}/reverifications.ts`,
    from: 'await identity.require(() => new NodeClient(engine, signal).info());',
    to: '',
    killedBy: `${HOSTILE}: another identity behind the same address is noticed before anything is signed that names it`,
  },
  {
    id: 'breaker-never-opens',
    file: `${ENGINE}/node-breaker.ts`,
    from: 'if (code !== undefined && ABSENT.has(code)) this.#fail(code, isOpen);',
    to: '',
    killedBy: `${BREAKER}: failures in a row open the breaker, and a success between them does not count them`,
  },
  {
    id: 'breaker-all-ask',
    file: `${ENGINE}/node-breaker.ts`,
    from: 'this.#isAsking || ',
    to: '',
    killedBy: `${BREAKER}: after the rest one request asks, and the rest doubles up to a bound until one is answered`,
  },
  {
    id: 'node-requests-unbounded',
    file: `${ENGINE}/guarded-transport.ts`,
    from: 'new Semaphore(atOnce)',
    to: 'new Semaphore(atOnce + 1)',
    killedBy: `${BREAKER}: requests beyond the bound wait in order, and one that is given up is never sent`,
  },
  {
    id: 'turns-while-node-away',
    file: `${HOOK}/run-line.ts`,
    from: 'if (isOpen) this.turns.pause();',
    to: 'if (isOpen) this.turns.resume();',
    killedBy: `${AWAY}: accounts that wait for a node that is away cost it few requests, and complete once it is back`,
  },
  {
    id: 'node-away-not-asked',
    file: `${HOOK}/node-watch.ts`,
    from: 'if (isOpen) this.#plan();',
    to: '',
    killedBy: `${AWAY}: accounts that wait for a node that is away cost it few requests, and complete once it is back`,
  },
  {
    id: 'retry-after-unread',
    file: `${ENGINE}/node-replies.ts`,
    from: 'retryAfterMs === undefined ? size : { ...size, retryAfterMs }',
    to: 'size',
    killedBy: `${ANSWERS}: a node that asks for more time than a run has is not asked again in this run`,
  },
  {
    id: 'retry-after-ignored-in-run',
    file: `${ENGINE}/retry-delay.ts`,
    from: 'Math.max(fullMs * (0.5 + share / 2), askedMs * (1 + share / 4))',
    to: 'fullMs * (0.5 + share / 2)',
    killedBy: `${DELAY}: a request is not sent again sooner than the node asks for`,
  },
  {
    id: 'retry-after-ignored-between-runs',
    file: `${HOOK}/run-failure.ts`,
    from: 'Math.max(jitter(delayMs, random), askedMs)',
    to: 'jitter(delayMs, random)',
    killedBy:
      'test/provisioning/public-code.test.ts: the next attempt is never sooner than the node asks for',
  },
  {
    id: 'retry-without-ceiling',
    file: `${ENGINE}/retry-delay.ts`,
    from: 'Math.min(2 ** (tries - 1), CEILING)',
    to: '2 ** (tries - 1)',
    killedBy: `${DELAY}: the delay doubles up to a ceiling, and up to half of it is left out at random`,
  },
  {
    id: 'standing-failure-retried',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: 'if (failed !== undefined) return failed;',
    to: '',
    killedBy: `${HOSTILE}: a temporary failure is reported again, and the node receives no request before the next attempt`,
  },
  {
    id: 'failure-for-good-retried',
    file: `${HOOK}/ensure-bootstrap.ts`,
    from: 'waits || !failure.retryable ?',
    to: 'waits ?',
    killedBy: `${HOSTILE}: a permanent failure is reported again, and the node receives no more requests`,
  },
  // what is signed during a run
  {
    id: 'run-with-archived-key',
    file: `${HOOK}/sealed-root-signer.ts`,
    from: '|| key.archivedAtMs !== undefined',
    to: '',
    killedBy: `${THOUGHTS}: a key that is archived during a run signs nothing more`,
  },
  {
    id: 'run-with-kill-switch',
    file: `${HOOK}/sealed-root-signer.ts`,
    from: '!settings.enabled ||',
    to: '',
    killedBy: `${THOUGHTS}: nothing is signed if the kill-switch is set before or during a run`,
  },
  {
    id: 'run-against-preference',
    file: `${HOOK}/sealed-root-signer.ts`,
    from: '|| user?.preferences.autoSignEnabled !== true',
    to: '',
    killedBy: `${THOUGHTS}: turning the preference off during a run stops its signatures`,
  },
  {
    id: 'gates-read-once',
    file: `${HOOK}/sealed-root-signer.ts`,
    from: 'keys.sign(await openKey(),',
    to: 'keys.sign((await users.find(userId))!.keys.find(({ id }) => id === keyId)!,',
    killedBy: `${THOUGHTS}: turning the preference off during a run stops its signatures`,
  },
  {
    id: 'deleted-user-runs-on',
    file: `${HOOK}/bootstrap-runs.ts`,
    from: 'for (const [, run] of active) run.stop();',
    to: '',
    killedBy: `${THOUGHTS}: deleting an account ends its run, even while the node hangs`,
  },
  {
    id: 'composed-not-read-back',
    file: `${ENGINE}/delegations.ts`,
    from: '  verifyComposed(text, request);\n',
    to: '',
    killedBy: `${COMPOSED}: a text that does not match the request is never signed`,
  },
  composed(
    'scheme',
    'message.scheme === undefined &&',
    'a text with a scheme that the request does not contain is rejected',
  ),
  composed(
    'domain',
    'message.domain === request.domain &&',
    'a text whose domain differs from the request is rejected',
  ),
  composed(
    'address',
    'message.address === request.owner.address &&',
    'a text whose address differs from the request is rejected',
  ),
  composed(
    'uri',
    'message.uri === request.uri &&',
    'a text whose URI differs from the request is rejected',
  ),
  composed(
    'chain',
    'message.chainId === request.owner.chainId &&',
    'a text whose chain differs from the request is rejected',
  ),
  composed(
    'nonce',
    'message.nonce === request.nonce &&',
    'a text whose nonce differs from the request is rejected',
  ),
  composed(
    'issue',
    'message.issuedAt === timestampOf(request.issuedAtMs) &&',
    'a text whose time of issue differs from the request is rejected',
  ),
  composed(
    'expiry',
    'message.expirationTime === timestampOf(request.issuedAtMs + request.lifetimeMs) &&',
    'a text whose expiry differs from the request is rejected',
  ),
  composed(
    'start',
    'message.notBefore === undefined &&',
    'a text with a start that the request does not contain is rejected',
  ),
  composed(
    'request-id',
    'message.requestId === undefined &&',
    'a text with a request id that the request does not contain is rejected',
  ),
  composed(
    'resources',
    'message.resources?.length === 1 &&',
    'a text with another resource that the request does not contain is rejected',
  ),
  {
    id: 'composed-capabilities',
    file: `${ENGINE}/delegations.ts`,
    from: 'message.resources[0] === encodeRecapUrn(request.recap)',
    to: 'true',
    killedBy: `${COMPOSED}: a text whose capabilities differs from the request is rejected`,
  },
  // what is believed of a node
  descriptor('network-id', 'descriptor.networkId === networkIdOf(owner) &&', 'another network'),
  descriptor('owner', 'descriptor.ownerDid === ownerDidOf(owner) &&', 'another owner'),
  descriptor('name', 'descriptor.name === NETWORK_NAME &&', 'another name'),
  descriptor('member-count', 'descriptor.members.length === 1 &&', 'a second member'),
  descriptor('member', 'descriptor.members[0]?.nodeId === nodeDid &&', 'another member'),
  descriptor('shares', 'descriptor.threshold.n === 1 &&', 'shares of two'),
  descriptor('threshold', 'descriptor.threshold.t === 1 &&', 'a threshold of two'),
  descriptor('state', "descriptor.state === 'active' &&", 'another state'),
  descriptor('algorithm', 'descriptor.alg === KEY_ALGORITHM &&', 'another algorithm'),
  descriptor('key', 'isKey32(descriptor.publicEncryptionKey)', 'a short key', 'true'),
  {
    id: 'space-not-hosted',
    file: `${ENGINE}/run-bootstrap.ts`,
    from: "if (skipped.length > 0) throw new ServiceError('ERR_BOOTSTRAP_SPACE_NOT_HOSTED');",
    to: '',
    killedBy: `${HOSTILE}: a space that the node does not host is a failure, and its records are not written`,
  },
  {
    id: 'written-keys',
    file: `${ENGINE}/node-replies.ts`,
    from: "if (!same) throw invalid('written', reply);",
    to: '',
    killedBy: `${ANSWERS}: a put acknowledged with another key is not done`,
  },
  {
    id: 'written-key-twice',
    file: `${ENGINE}/node-replies.ts`,
    from: 'left.size === right.size && ',
    to: '',
    killedBy: `${ANSWERS}: a put acknowledged with a key twice is not done`,
  },
  {
    id: 'clock-unnamed',
    file: `${ENGINE}/node-replies.ts`,
    from: 'reply.status === 401 && CLOCK_TEXTS.has(',
    to: 'reply.status === 402 && CLOCK_TEXTS.has(',
    killedBy: `${ANSWERS}: "Invocation lifetime exceeds server maximum" is reported as a clock problem and not retried`,
  },
  {
    id: 'clock-tolerance',
    file: `${ENGINE}/node-clock.ts`,
    from: 'CLOCK_TOLERANCE_MS = 150_000',
    to: 'CLOCK_TOLERANCE_MS = 60_000',
    killedBy: `${ANSWERS}: a token expires in the middle of the window that a node accepts`,
  },
  {
    id: 'clock-not-followed',
    file: `${ENGINE}/node-client.ts`,
    from: 'nodeClock.correctionMs + ',
    to: '',
    killedBy: `${CLOCK}: an account completes on a node whose clock is -240 s ahead`,
  },
  {
    id: 'clock-followed-anywhere',
    file: `${ENGINE}/node-clock.ts`,
    from: 'if (this.isOutOfReach) return 0;',
    to: '',
    killedBy: `${CLOCK}: a node whose Date header is of another clock is used as before`,
  },
  {
    id: 'clock-correction-unbounded',
    file: `${ENGINE}/node-clock.ts`,
    from: 'Math.max(-MAX_CORRECTION_MS, Math.min(this.offsetMs ?? 0, MAX_CORRECTION_MS))',
    to: 'this.offsetMs ?? 0',
    killedBy: `${NODE_CLOCK}: a correction is bounded, and a clock out of reach is not followed at all`,
  },
  {
    id: 'clock-own-steps-unseen',
    file: `${ENGINE}/node-clock.ts`,
    from: 'median + this.#own.monotonicMs() - this.#own.clock()',
    to: 'median',
    killedBy: `${NODE_CLOCK}: the offset follows at once when our own clock is set`,
  },
  {
    id: 'clock-latest-sample',
    file: `${ENGINE}/node-clock.ts`,
    from: 'sorted[Math.floor(sorted.length / 2)]',
    to: 'this.#samples.at(-1)',
    killedBy: `${NODE_CLOCK}: two odd replies of five change nothing, and three replies follow a clock that was set`,
  },
  {
    id: 'clock-off-sends',
    file: `${HOOK}/attempt-run.ts`,
    from: 'place.watch.isClockOff',
    to: 'false',
    killedBy: `${CLOCK}: set-ups wait for a node whose clock is 600 s ahead, and continue once it is right`,
  },
  {
    id: 'clock-not-watched',
    file: `${HOOK}/attempt-run.ts`,
    from: 'watch.wait(subject);',
    to: '{}',
    killedBy: `${CLOCK}: set-ups wait for a node whose clock is 600 s ahead, and continue once it is right`,
  },
  {
    id: 'clock-forgotten-at-restart',
    file: `${HOOK}/record-sweeps.ts`,
    from: 'this.#isFirst && ',
    to: 'false && ',
    killedBy: `${CLOCK}: a run that waited for the clock of the node continues soon after a restart`,
  },
  {
    id: 'clock-set-back-waits',
    file: `${HOOK}/run-failure.ts`,
    from: 'waitMs > longestMs ? 0 : ',
    to: '',
    killedBy:
      'test/provisioning/public-code.test.ts: a run does not wait for a time that was computed before our clock was set back',
  },
  part('network', "if (!network) missing.push('network');"),
  part('account-rows', "if (!hasAccountRows) missing.push('account-sql');"),
  part('secrets-rows', "if (!hasSecretsRows) missing.push('secrets-sql');"),
  part('records', "if (!holdsAllRecords(records, owner)) missing.push('records');"),
  part('record-keys', 'recordKeys(owner).every((key) => records.has(key)) &&'),
  {
    id: 'read-back-marker-type',
    file: `${ENGINE}/verify-account.ts`,
    from: `marker !== undefined &&
    isMarker(marker.contentType, marker.text)
  );`,
    to: `marker !== undefined
  );`,
    killedBy: PARTS,
  },
];
