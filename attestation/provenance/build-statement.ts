/**
 * What a provenance states: an in-toto statement (version 1) with SLSA provenance (version 1) of a
 * GitHub workflow. The workflow itself wrote it, so it counts only where it agrees with the
 * certificate of the signer.
 */
import { z } from 'zod';
import { parseStrictJson } from '../application/strict-json.js';
import { matchSchema } from '../schema/match-schema.js';
import type { BuildIdentity } from './build-identity.js';
import { ProvenanceError, requireProvenance } from './provenance-error.js';

const LIMITS = { maxBytes: 64 * 1024, maxDepth: 16 } as const;
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
/** The meaning of the parameters of a build by a GitHub workflow. */
const BUILD_TYPE = 'https://actions.github.io/buildtypes/workflow/v1';

const text = z.string().max(1_024);

const inTotoSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.object({ digest: z.record(z.string().max(32), z.string().max(256)) }))
    .min(1)
    .max(64),
  predicateType: text,
  predicate: z.unknown(),
});

const provenanceSchema = z.object({
  buildDefinition: z.object({
    buildType: text,
    externalParameters: z.object({
      workflow: z.object({ repository: text, path: text, ref: text }),
    }),
    resolvedDependencies: z
      .array(z.object({ uri: text, digest: z.object({ gitCommit: text }).partial() }))
      .max(64),
  }),
});

type Provenance = z.infer<typeof provenanceSchema>;

/** A build that its signer vouches for. */
export type SignedBuild = {
  /** SHA-256 of what was built, as lower-case hex. */
  readonly subjects: ReadonlySet<string>;
};

function parseAs<T>(schema: z.ZodType<T>, untrusted: unknown): T {
  const parsed = matchSchema(schema, untrusted);
  if (parsed.success) return parsed.data;
  const members = parsed.issues.map(({ path }) => path.map(String).join('.') || 'the statement');
  throw new ProvenanceError(
    'statement',
    [...new Set(members)].slice(0, 6).join(', '),
    parsed.cause,
  );
}

function parsePayload(payload: Uint8Array): unknown {
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    return parseStrictJson(json, LIMITS);
  } catch (cause) {
    throw new ProvenanceError('statement', 'not strict JSON', cause);
  }
}

/**
 * Reads the statement of a verified payload. Throws a ProvenanceError if it is no SLSA provenance
 * of a GitHub workflow, or contradicts the certificate.
 */
export function readSignedBuild(payload: Uint8Array, signer: BuildIdentity): SignedBuild {
  const statement = parseAs(inTotoSchema, parsePayload(payload));
  const { predicateType, subject } = statement;
  requireProvenance(predicateType === PREDICATE_TYPE, 'predicate', 'it is no SLSA provenance');
  const provenance = parseAs(provenanceSchema, statement.predicate);
  requireProvenance(
    provenance.buildDefinition.buildType === BUILD_TYPE,
    'build-type',
    'no workflow of GitHub made it',
  );
  requireAgreement(provenance, signer);
  return { subjects: new Set(subject.flatMap(({ digest }) => digest['sha256'] ?? [])) };
}

function requireAgreement({ buildDefinition }: Provenance, signer: BuildIdentity): void {
  const { repository, ref, commit } = signer;
  const { workflow } = buildDefinition.externalParameters;
  const source = `git+${repository}@${ref}`;
  const stated = buildDefinition.resolvedDependencies.find(({ uri }) => uri === source);
  const pairs = [
    ['repository', workflow.repository === repository],
    ['ref', workflow.ref === ref],
    ['commit', stated?.digest.gitCommit === commit],
  ] as const;
  const wrong = pairs.filter(([, agrees]) => !agrees).map(([name]) => name);
  requireProvenance(
    wrong.length === 0,
    'contradiction',
    `the certificate states another ${wrong.join(', ')}`,
  );
}
