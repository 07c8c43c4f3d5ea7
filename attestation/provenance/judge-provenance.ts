/**
 * Judges `source.provenance`: whether a workflow that the policy names built the measured images
 * from a commit that the policy lists. A signature alone decides nothing, because every workflow of
 * every repository gets such certificates.
 */
import { digestOfImage, type MeasuredImages } from '../application/measured-images.js';
import { attempt, skipped } from '../attempt.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import type { Statement } from '../schema/statement.js';
import { readBuildIdentity, type BuildIdentity } from './build-identity.js';
import { readSignedBuild } from './build-statement.js';
import { parseProvenanceBundle } from './provenance-bundle.js';
import { requireProvenance } from './provenance-error.js';
import type { VerifySignedPayload } from './verify-signed-payload.js';

const CHECK = 'source.provenance';

/** Who issues the tokens of GitHub's workflows. */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** A provenance to judge. */
export type ProvenanceQuestion = {
  /** The text of a Sigstore bundle. */
  readonly bundle: string;
  /** The text of a file of trusted roots (`application/vnd.dev.sigstore.trustedroot+json`). */
  readonly trustedRoots: string;
  /** Verifies the signature. An argument, so that its libraries are loaded only when needed. */
  readonly verifySignedPayload: VerifySignedPayload;
};

/** What the provenance is compared with. */
export type ProvenClaims = {
  readonly images: MeasuredImages;
  readonly statement: Pick<Statement, 'source'> | undefined;
};

/**
 * Verifies a provenance of these images and returns who built them. Throws a ProvenanceError.
 * Whether the builder is acceptable is the question of the policy.
 */
export function verifyProvenance(
  { bundle, trustedRoots, verifySignedPayload }: ProvenanceQuestion,
  { images, statement }: ProvenClaims,
): BuildIdentity {
  const signed = verifySignedPayload(parseProvenanceBundle(bundle), trustedRoots);
  const builder = readBuildIdentity(signed);
  const { subjects } = readSignedBuild(signed.payload, builder);
  const foreign = [...images].filter(([, image]) => !subjects.has(digestOfImage(image)));
  requireProvenance(
    foreign.length === 0,
    'subject',
    `it is about another image than that of ${foreign.map(([name]) => name).join(', ')}`,
  );
  const claimed = statement?.source?.commit;
  requireProvenance(
    claimed === undefined || claimed === builder.commit,
    'claim',
    `built from commit ${builder.commit}, and the service claims ${claimed ?? ''}`,
  );
  return builder;
}

const describeBuilder = ({ commit, repository, signerUri, runner }: BuildIdentity): string =>
  `commit ${commit} of ${repository}, built by ${signerUri} (${runner})`;

const describeAccepted = ({ source }: Policy): string =>
  source === undefined
    ? 'a build that the policy accepts'
    : `commit ${source.commits.join(' or ')} of ${source.repository}, built by ${source.workflow}`;

/** Returns why the policy does not accept a builder. */
function missesOf(builder: BuildIdentity, { source }: Policy): readonly string[] {
  if (source === undefined) return ['the policy names no source'];
  const { repository, workflow, commits, issuer = GITHUB_ISSUER } = source;
  return [
    ...(builder.issuer === issuer ? [] : [`issuer: ${builder.issuer}`]),
    ...(builder.repository === repository ? [] : ['repository: another one']),
    ...(builder.signerUri === `${repository}/${workflow}@${builder.ref}`
      ? []
      : ['workflow: another one']),
    ...(commits.includes(builder.commit) ? [] : ['commit: not listed']),
    // The workflow belongs to the source, so what it does is what was reviewed.
    ...(builder.signerCommit === builder.commit ? [] : ['workflow: of another commit']),
    ...(builder.runner === 'github-hosted' ? [] : ['runner: not of GitHub']),
  ];
}

/** Judges `source.provenance`, which is skipped if no provenance was given. */
export function judgeProvenance(
  findings: Findings,
  question: ProvenanceQuestion | undefined,
  claims: ProvenClaims,
  policy: Policy,
): void {
  if (question === undefined) {
    findings.add([skipped(CHECK, 'no provenance was given (--provenance)')]);
    return;
  }
  const expected = describeAccepted(policy);
  const work = (): BuildIdentity => verifyProvenance(question, claims);
  const { check, value: builder } = attempt(CHECK, expected, work, describeBuilder);
  findings.add([check]);
  if (builder === undefined) return;
  findings.fact('provenance', builder);
  const misses = missesOf(builder, policy);
  if (misses.length === 0) return;
  findings.miss(CHECK, `${misses.join('; ')}; ${describeBuilder(builder)}`, expected);
}
