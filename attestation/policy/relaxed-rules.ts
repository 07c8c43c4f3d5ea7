/**
 * Rules that a policy relaxes for evidence under a test root. dstack's own simulator breaks them,
 * so otherwise no rehearsal with it could be accepted.
 */
import type { TrustedRoot } from '../trusted-roots.js';
import type { Policy, RELAXABLE_RULES } from './policy.js';

/** A rule that can be relaxed. */
export type RelaxableRule = (typeof RELAXABLE_RULES)[number];

/** The rules that are relaxed for the evidence at hand. */
export type RelaxedRules = ReadonlySet<RelaxableRule>;

/** For evidence of real hardware. */
export const NOTHING_RELAXED: RelaxedRules = new Set();

const MEANINGS: Readonly<Record<RelaxableRule, string>> = {
  'tcb-signer-name': "the signer of TCB data may have another name than Intel's",
  'pck-tcb-members': 'the PCK certificate may state its TCB components by the CPU SVN alone',
};

/** Returns the rules that the policy relaxes under this root. */
export function relaxedRulesUnder(root: TrustedRoot, { testRoots = [] }: Policy): RelaxedRules {
  if (root.isHardware) return NOTHING_RELAXED;
  return new Set(testRoots.find(({ sha256 }) => sha256 === root.sha256)?.relax);
}

/** Returns a sentence for the report for each relaxed rule. */
export const describeRelaxed = (relaxed: RelaxedRules): readonly string[] =>
  [...relaxed].map((rule) => `Relaxed for this test root: ${rule} (${MEANINGS[rule]}).`);

/** Returns the SHA-256 of each root that the policy accepts. */
export const acceptedRootsOf = ({ roots, testRoots = [] }: Policy): readonly string[] => [
  ...roots,
  ...testRoots.map(({ sha256 }) => sha256),
];
