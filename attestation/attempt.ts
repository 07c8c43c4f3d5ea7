import { EvidenceError, type CheckResult } from './check.js';

/** What an attempt at a check found: its result and, where it passed, the value that others build on. */
export type Outcome<Value> = { readonly check: CheckResult; readonly value?: Value };

/** Passes when the work answers, fails with the reason of the EvidenceError that it throws; other errors are ours. */
export function attempt<Value>(
  id: string,
  expected: string,
  work: () => Value,
  describe: (value: Value) => string,
): Outcome<Value> {
  try {
    const value = work();
    return { check: { id, status: 'pass', measured: describe(value), expected }, value };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { check: { id, status: 'fail', measured: error.reason, expected } };
  }
}

/** A check that could not be made, and why. */
export function skipped(id: string, why: string): CheckResult {
  return { id, status: 'skip', measured: why };
}

/** A judgement: passes when nothing is wrong, and lists what is. */
export function judge(
  id: string,
  measured: string,
  expected: string,
  wrongs: readonly string[],
): CheckResult {
  if (wrongs.length === 0) return { id, status: 'pass', measured, expected };
  return { id, status: 'fail', measured: `${measured}; ${wrongs.join('; ')}`, expected };
}
