/** Why a provenance is rejected. */
import { EvidenceError } from '../check.js';

/**
 * What is wrong with a provenance. `code` of a ProvenanceError, and the first word of its reason.
 */
export type ProvenanceProblem =
  /** The bundle, or the file of trusted roots, is too large, no JSON, or of another form. */
  | 'size'
  | 'json'
  | 'form'
  | 'roots'
  /** No trusted log or authority vouches for a time at which it was signed. */
  | 'time'
  /** The certificate has no path to a trusted authority, or was not valid at that time. */
  | 'certificate'
  /** It is not included in a trusted log, or the log contains something else. */
  | 'log'
  | 'signature'
  /** The signed statement is malformed, or is another kind of statement. */
  | 'statement'
  | 'predicate'
  | 'build-type'
  /** The statement says otherwise than the certificate of its signer. */
  | 'contradiction'
  /** It is about another image than the measured one. */
  | 'subject'
  /** The attested service claims another commit. */
  | 'claim';

/** The error for a provenance that is invalid. It fails the check `source.provenance`. */
export class ProvenanceError extends EvidenceError {
  readonly code: ProvenanceProblem;

  constructor(code: ProvenanceProblem, reason: string, cause?: unknown) {
    super('source.provenance', `${code}: ${reason}`, cause);
    this.name = 'ProvenanceError';
    this.code = code;
  }
}

/** Throws a ProvenanceError unless the condition is true. */
export function requireProvenance(
  condition: boolean,
  code: ProvenanceProblem,
  reason: string,
): asserts condition {
  if (!condition) throw new ProvenanceError(code, reason);
}
