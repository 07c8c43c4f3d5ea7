/** Faults in pacing set-ups per node, and in what people are told about the wait. */
import type { Mutant } from './mutant.js';

const HOOK = 'src/provisioning';
const BUDGET = 'test/provisioning/node-budget.test.ts';
const SLOTS = 'test/provisioning/place-slots.test.ts';
const SWEEPS = 'test/provisioning/record-sweeps.test.ts';
const TURNS = 'test/provisioning/run-turns.test.ts';
const PLACES = 'test/scenarios/node-places.test.ts';
const LIMITER = 'test/limits/keyed-limiter.test.ts';

const BOUND = `${BUDGET}: no more accounts than the budget are open at once, and a place is free again after its time`;
const TOLD = `${SLOTS}: the wait that is told is that of a line which takes each place as soon as it is free`;
const SHARED = `${PLACES}: fresh accounts wait for places at the node, are told when, and leave SQL to others`;
const HALVED = `${BUDGET}: SQL that times out halves what is open once, and the budget grows back slowly`;

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'budget-unbounded',
    file: `${HOOK}/node-budget.ts`,
    from: 'if (placesIn(alive) >= this.#allowance.at(this.#monotonicMs())) return undefined;',
    to: '',
    killedBy: BOUND,
  },
  {
    id: 'budget-place-for-ever',
    file: `${HOOK}/node-budget.ts`,
    from: 'laterThan(slots, this.#monotonicMs() - this.placeMs)',
    to: 'laterThan(slots, this.#monotonicMs() - 2 * this.placeMs)',
    killedBy: BOUND,
  },
  {
    id: 'budget-use-not-renewed',
    file: `${HOOK}/node-budget.ts`,
    from: 'if (held !== undefined) return this.#renew(id, held);',
    to: 'if (held !== undefined) return true;',
    killedBy: `${BUDGET}: an account that is used again needs no further place, and keeps it from then on`,
  },
  {
    id: 'budget-used-place-given-back',
    file: `${HOOK}/node-budget.ts`,
    from: 'held.isNew = false;',
    to: '',
    killedBy: `${BUDGET}: a place is given back only if its account was not used`,
  },
  {
    id: 'budget-reservations-uncounted',
    file: `${HOOK}/node-budget.ts`,
    from: '+ others.length;',
    to: ';',
    killedBy: `${BUDGET}: reservations count, so that not more runs begin than find a place`,
  },
  {
    id: 'budget-forgotten-at-restart',
    file: `${HOOK}/stored-places.ts`,
    from: '(found?.value.slots ?? [])',
    to: 'this.#slots',
    killedBy: `${BUDGET}: a restarted process knows what was opened before, also if its clock was set back`,
  },
  {
    id: 'budget-future-kept',
    file: `${HOOK}/stored-places.ts`,
    from: 'Math.max(0, wallMs - atMs)',
    to: '(wallMs - atMs)',
    killedBy: `${BUDGET}: a restarted process knows what was opened before, also if its clock was set back`,
  },
  {
    id: 'budget-conflict-ignored',
    file: `${HOOK}/stored-places.ts`,
    from: 'this.#generation = undefined;',
    to: 'this.#generation = generation + 1;',
    killedBy: `${BUDGET}: replicas share the budget: of two that take the last place, one gets it`,
  },
  {
    id: 'budget-halved-again-and-again',
    file: `${HOOK}/node-allowance.ts`,
    from: 'if (nowMs - this.#cut.atMs < this.#settings.recoveryMs * SAME_CAUSE) return false;',
    to: '',
    killedBy: HALVED,
  },
  {
    id: 'budget-halved-of-allowed',
    file: `${HOOK}/node-allowance.ts`,
    from: 'Math.min(this.at(nowMs), open) / 2',
    to: 'this.at(nowMs) / 2',
    killedBy: HALVED,
  },
  {
    id: 'budget-empty',
    file: `${HOOK}/node-allowance.ts`,
    from: 'Math.max(1, Math.min(',
    to: 'Math.max(0, Math.min(',
    killedBy: `${BUDGET}: the budget never falls below one account`,
  },
  {
    id: 'wait-ignores-those-ahead',
    file: `${HOOK}/place-slots.ts`,
    from: 'left -= count;',
    to: 'left = 0;',
    killedBy: TOLD,
  },
  {
    id: 'wait-ignores-what-begins',
    file: `${HOOK}/place-slots.ts`,
    from: '    taken += count;\n',
    to: '',
    killedBy: TOLD,
  },
  {
    id: 'wait-without-pace',
    file: `${HOOK}/place-slots.ts`,
    from: 'Math.min(Math.floor(credit + ROUNDING), allowedAt(atMs) - taken)',
    to: 'allowedAt(atMs) - taken',
    killedBy: TOLD,
  },
  {
    id: 'turns-without-places',
    file: `${HOOK}/attempt-run.ts`,
    from: 'if (!(await context.budget.claim(runIdOf(subject))))',
    to: 'if (false)',
    killedBy: `${PLACES}: a restarted service knows what it opened a moment ago`,
  },
  {
    id: 'wait-not-told',
    file: `${HOOK}/view-bootstrap.ts`,
    from: 'atMs === undefined ? {} :',
    to: 'true ? {} :',
    killedBy: SHARED,
  },
  {
    id: 'places-not-looked-for',
    file: `${HOOK}/run-line.ts`,
    from: 'this.turns.look();',
    to: '',
    killedBy: SHARED,
  },
  {
    id: 'sql-timeout-unnoticed',
    file: `${HOOK}/active-run.ts`,
    from: "this.#hasSqlTimedOut ||= errorCodeOf(error) === 'ERR_NODE_TIMEOUT';",
    to: '',
    killedBy: `${PLACES}: SQL that times out lets fewer accounts begin`,
  },
  {
    id: 'line-blocked-by-first',
    file: `${HOOK}/run-turns.ts`,
    from: `        at += 1;
        continue;`,
    to: '        return;',
    killedBy: `${TURNS}: a run that may not begin yet lets others pass and keeps its place`,
  },
  {
    id: 'resumed-at-once',
    file: `${HOOK}/record-sweeps.ts`,
    from: 'this.#isFirst ? this.#spread(oldest.length) : () => 0',
    to: '() => 0',
    killedBy: `${SWEEPS}: a start spreads the runs that were left over a bounded time, in their order`,
  },
  {
    id: 'resumed-without-bound',
    file: `${HOOK}/record-sweeps.ts`,
    from: 'Math.min(count * RESUME_EVERY_MS, settings.resumeWithinMs)',
    to: 'count * RESUME_EVERY_MS',
    killedBy: `${SWEEPS}: a start spreads the runs that were left over a bounded time, in their order`,
  },
  {
    id: 'missing-space-unnoticed',
    file: `${HOOK}/read-backs.ts`,
    from: "if (verdict === 'no-space') this.#place.noteMissingSpace(record.subject);",
    to: '',
    killedBy:
      'test/scenarios/read-back.test.ts: a space that the node does not know any more lets the service look, and the account is set up again',
  },
  {
    id: 'limiter-by-system-clock',
    file: 'src/limits/keyed-limiter.ts',
    from: 'return this.#monotonicMs() + this.limit.windowS * 1_000;',
    to: 'return Date.now() + this.limit.windowS * 1_000;',
    killedBy: `${LIMITER}: no bucket stays longer than its window although the system clock is set`,
  },
  {
    id: 'limiter-fractions',
    file: 'src/limits/keyed-limiter.ts',
    from: 'Math.ceil(leftMs)',
    to: 'leftMs',
    killedBy:
      'test/limits/shared-uses.test.ts: the time until a retry has whole milliseconds although the clock has fractions',
  },
  {
    id: 'pause-counts-as-slowness',
    file: 'src/provisioning/run-line.ts',
    from: 'if (!this.turns.isBusy) this.#rate.noteIdle();',
    to: '',
    killedBy:
      'test/provisioning/run-line.test.ts: a time without a place for anyone does not count as slowness',
  },
];
