/**
 * Named checks. A result states what was measured and what was expected. Ids are stable, and a
 * report is a list of results.
 *
 * Functions that read evidence throw an EvidenceError with the id of the failed check, and never
 * any other error for untrusted bytes.
 */

/** `skip`: the check could not be made or was not requested. `info`: it decides nothing. */
export type CheckStatus = 'pass' | 'fail' | 'skip' | 'info';

/** The result of one check. */
export type CheckResult = {
  readonly id: string;
  readonly status: CheckStatus;
  readonly measured?: string;
  readonly expected?: string;
};

/**
 * The error for invalid evidence. `reason` describes the problem briefly and contains no text from
 * the evidence.
 */
export class EvidenceError extends Error {
  readonly check: string;
  readonly reason: string;

  constructor(check: string, reason: string, cause?: unknown) {
    super(`${check}: ${reason}`, cause === undefined ? {} : { cause });
    this.name = 'EvidenceError';
    this.check = check;
    this.reason = reason;
  }
}

/** Throws an EvidenceError of the named check unless the condition is true. */
export function expect(condition: boolean, check: string, reason: string): asserts condition {
  if (!condition) throw new EvidenceError(check, reason);
}
