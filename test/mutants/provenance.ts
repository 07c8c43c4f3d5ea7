/**
 * Faults in the verifier of a provenance: a build that nobody reviewed, or nobody signed, passes.
 */
import type { Mutant } from './mutant.js';

const JUDGED = 'test/attestation/provenance.test.ts';
const CHANGED = 'test/attestation/provenance-changes.test.ts';
const WORKFLOW = 'test/deployment/release-workflow.test.ts';
const FOREIGN = `${JUDGED}: a genuine provenance by a signer that the policy does not accept is a miss of the policy`;
const ACCEPTED = `${JUDGED}: a policy accepts its own repository and commits alone, and none if it names no source`;
const STATEMENTS = `${JUDGED}: a signed statement that is no provenance of this build is refused with its code`;
const OTHER = `${JUDGED}: a provenance of another image, or of another commit than the service claims, fails`;
const CHANGES = `${CHANGED}: a changed bundle is refused with its code`;

const judging = 'attestation/provenance/judge-provenance.ts';
const signing = 'attestation/provenance/verify-signed-payload.ts';
const reading = 'attestation/provenance/provenance-bundle.ts';
const stating = 'attestation/provenance/build-statement.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'provenance-of-another-image',
    file: judging,
    from: '!subjects.has(digestOfImage(image))',
    to: 'subjects.size === 0',
    killedBy: OTHER,
  },
  {
    id: 'provenance-against-the-claim',
    file: judging,
    from: 'claimed === undefined || claimed === builder.commit',
    to: 'true',
    killedBy: OTHER,
  },
  {
    id: 'provenance-of-any-issuer',
    file: judging,
    from: 'builder.issuer === issuer ?',
    to: 'true ?',
    killedBy: FOREIGN,
  },
  {
    id: 'provenance-of-any-repository',
    file: judging,
    from: 'builder.repository === repository ?',
    to: 'true ?',
    killedBy: `${JUDGED}: a source of another repository is named, even if the workflow is the expected one`,
  },
  {
    id: 'provenance-of-any-workflow',
    file: judging,
    from: 'builder.signerUri === `${repository}/${workflow}@${builder.ref}`',
    to: 'true',
    killedBy: FOREIGN,
  },
  {
    id: 'provenance-of-any-commit',
    file: judging,
    from: 'commits.includes(builder.commit) ?',
    to: 'true ?',
    killedBy: ACCEPTED,
  },
  {
    id: 'provenance-by-another-workflow-commit',
    file: judging,
    from: 'builder.signerCommit === builder.commit ?',
    to: 'true ?',
    killedBy: FOREIGN,
  },
  {
    id: 'provenance-of-any-runner',
    file: judging,
    from: "builder.runner === 'github-hosted' ?",
    to: 'true ?',
    killedBy: FOREIGN,
  },
  {
    id: 'provenance-without-a-policy',
    file: judging,
    from: "if (source === undefined) return ['the policy names no source'];",
    to: 'if (source === undefined) return [];',
    killedBy: ACCEPTED,
  },
  {
    id: 'provenance-demanded-and-missing',
    file: 'attestation/verify.ts',
    from: 'provenance === undefined && policy.source === undefined',
    to: 'provenance === undefined',
    killedBy: `${JUDGED}: without a provenance the check is skipped, and rejects where the policy names a source`,
  },
  {
    id: 'provenance-promised-to-a-log',
    file: signing,
    from: 'entries.length > 0 && entries.every((each) => each.inclusionProof)',
    to: 'true',
    killedBy: CHANGES,
  },
  {
    id: 'provenance-logs-of-any-number',
    file: signing,
    from: 'timestampThreshold: 1',
    to: 'timestampThreshold: 0',
    killedBy: CHANGES,
  },
  {
    id: 'provenance-checkpoint-pattern',
    file: reading,
    from: '\\u2014 [A-Za-z0-9./:_-]{1,253} ',
    to: '\\u2014 [^ ]{1,253} ',
    killedBy: CHANGES,
  },
  {
    id: 'provenance-payload-of-any-type',
    file: reading,
    from: "payloadType: z.literal('application/vnd.in-toto+json')",
    to: 'payloadType: z.string()',
    killedBy: CHANGES,
  },
  {
    id: 'provenance-of-any-size',
    file: reading,
    from: 'maxBytes: MAX_BUNDLE_BYTES,',
    to: 'maxBytes: 8 * MAX_BUNDLE_BYTES,',
    killedBy: `${CHANGED}: a bundle that is too large or not JSON is refused before anything reads it`,
  },
  {
    id: 'provenance-of-any-predicate',
    file: stating,
    from: 'predicateType === PREDICATE_TYPE',
    to: 'true',
    killedBy: STATEMENTS,
  },
  {
    id: 'provenance-of-any-build-type',
    file: stating,
    from: 'provenance.buildDefinition.buildType === BUILD_TYPE',
    to: 'true',
    killedBy: STATEMENTS,
  },
  {
    id: 'provenance-against-its-certificate',
    file: stating,
    from: 'wrong.length === 0',
    to: 'true',
    killedBy: STATEMENTS,
  },
  {
    id: 'provenance-subject-unread',
    file: 'attestation/provenance/build-identity.ts',
    from: 'subject === identity.signerUri',
    to: 'subject !== undefined',
    killedBy: STATEMENTS,
  },
  {
    id: 'provenance-words-in-a-certificate',
    file: 'attestation/provenance/build-identity.ts',
    from: '|| !PRINTABLE.test(text)',
    to: '',
    killedBy: STATEMENTS,
  },
  {
    id: 'release-of-different-builds',
    file: '.github/workflows/release.yml',
    from: '          [ "$first" = "$second" ]\n',
    to: '',
    killedBy: `${WORKFLOW}: the image is built twice by the command of the Dockerfile, and published if both are equal`,
  },
];
