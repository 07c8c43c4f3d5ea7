/** Faults in what the verifier reports to people, and in the opinion of another verifier. */
import type { Mutant } from './mutant.js';

const OPINION = 'test/attestation/dstack-opinion.test.ts';
const PAGE = 'test/attestation/report-page.test.ts';
const OTHER = 'a verifier that rejects, or that read something else, rejects the evidence';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'rejection-of-the-other-verifier-ignored',
    file: 'attestation/evidence/dstack-opinion.ts',
    from: "...(isValid ? [] : ['no agreement']),",
    to: '',
    killedBy: `${OPINION}: ${OTHER}`,
  },
  {
    id: 'other-report-data-ignored',
    file: 'attestation/evidence/dstack-opinion.ts',
    from: 'own.reportData !== undefined && bare(reportData) === own.reportData',
    to: 'own.reportData !== undefined',
    killedBy: `${OPINION}: ${OTHER}`,
  },
  {
    id: 'other-compose-hash-ignored',
    file: 'attestation/evidence/dstack-opinion.ts',
    from: 'own.composeHash !== undefined && bare(composeHash) === own.composeHash',
    to: 'own.composeHash !== undefined',
    killedBy: `${OPINION}: ${OTHER}`,
  },
  {
    id: 'report-page-not-escaped',
    file: 'attestation/command/report-page.ts',
    from: ".replaceAll('<', '&lt;')",
    to: '',
    killedBy: `${PAGE}: text of the evidence, of the policy and of the command line is escaped`,
  },
  {
    id: 'required-skip-looks-fine',
    file: 'attestation/command/report-page.ts',
    from: "status === 'fail' || (status === 'skip' && required)",
    to: "status === 'fail' && (required || true)",
    killedBy: `${PAGE}: a required check that was not made is shown as a reason to reject`,
  },
];
