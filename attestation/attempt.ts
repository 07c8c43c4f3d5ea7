import { EvidenceError, type CheckResult } from './check.js';

/** The result of an attempted check and, if it passed, the value that other checks build on. */
export type Outcome<Value> = { readonly check: CheckResult; readonly value?: Value };

/**
 * Runs the work of a check. The check passes if the work returns, and fails with the reason of the
 * EvidenceError that it throws. Rethrows other errors.
 */
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

/** Returns the result of a check that could not be made, with the reason. */
export function skipped(id: string, why: string): CheckResult {
  return { id, status: 'skip', measured: why };
}

/** Returns the result of a check that passes if `wrongs` is empty, and otherwise lists them. */
export function judge(
  id: string,
  measured: string,
  expected: string,
  wrongs: readonly string[],
): CheckResult {
  if (wrongs.length === 0) return { id, status: 'pass', measured, expected };
  return { id, status: 'fail', measured: `${measured}; ${wrongs.join('; ')}`, expected };
}
