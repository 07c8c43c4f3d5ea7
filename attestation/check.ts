/**
 * A named check: what was looked at, what came out, what was expected. Ids are stable; a report is a list of these.
 *
 * Evidence is read by functions that throw an EvidenceError naming the check that fails; nothing throws anything else for
 * bytes from outside.
 */
export type CheckStatus = 'pass' | 'fail' | 'skip' | 'info';

export type CheckResult = {
  readonly id: string;
  readonly status: CheckStatus;
  readonly measured?: string;
  readonly expected?: string;
};

/** Evidence that is not what it must be; `reason` says what in a few words, without any text from the evidence. */
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

/** Throws the named check's failure unless the condition holds. */
export function expect(condition: boolean, check: string, reason: string): asserts condition {
  if (!condition) throw new EvidenceError(check, reason);
}
