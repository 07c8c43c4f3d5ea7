/**
 * Parses the decisions of an operator: one small JSON file, which is kept with the deployment and
 * contains no secret.
 */
import { z } from 'zod';
import { parseStrictJson } from '../../attestation/application/strict-json.js';
import { KILL_SWITCH } from '../../attestation/application/environment-names.js';

/** Reports invalid input of the operator. The message lists every problem. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

const LIMITS = { maxBytes: 64 * 1024, maxDepth: 8 };

// A deployment always runs in production mode; --first-start, the template and the environment
// determine the rest.
const NOT_SETTABLE = [
  'SEALWRIGHT_MODE',
  'STATE_INIT',
  KILL_SWITCH,
  'DSTACK_SIMULATOR_ENDPOINT',
  'DATABASE_URL',
];

const schema = z.strictObject({
  /** The name that dstack displays. It is measured. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a short lowercase name'),
  /** The image by digest: repository@sha256:… */
  image: z.string().max(400),
  /** The KMS as the boot log names it: the id is the DER of its P-256 key in hex. */
  keyProvider: z.strictObject({
    name: z.string().min(1),
    id: z.string().regex(/^(?:[0-9a-f]{2})+$/, 'must be lowercase hex'),
  }),
  /**
   * The app id, if it was pinned at the deployment or comes from an earlier file. An upgrade keeps
   * it.
   */
  appId: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be 40 lowercase hex digits')
    .exactOptional(),
  /** Settings of the service that differ from the template. */
  settings: z
    .record(z.string(), z.string())
    .refine((settings) => NOT_SETTABLE.every((name) => !Object.hasOwn(settings, name)), {
      message: `must not contain ${NOT_SETTABLE.join(', ')}`,
    }),
  /** A script that runs before the containers. It is measured, and the policy lists its hash. */
  preLaunchScript: z.string().min(1).max(8_192).exactOptional(),
});

/** The decisions of an operator. */
export type OperatorFile = z.infer<typeof schema>;

/** The example contains these words wherever an operator has to decide. */
const PLACEHOLDER = /REPLACE/;

/** Returns the path of each text with a placeholder, at any depth. */
function findPlaceholders(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return PLACEHOLDER.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    findPlaceholders(member, path === '' ? name : `${path}.${name}`),
  );
}

/** The file is the operator's own, so what the parser says of it can be shown. */
function whyNotJson(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof SyntaxError ? error.cause.message : error.message;
}

/** Parses an operator's file. Throws a DeploymentError that names every problem. */
export function parseOperatorFile(text: string): OperatorFile {
  let untrusted: unknown;
  try {
    untrusted = parseStrictJson(text, LIMITS);
  } catch (cause) {
    throw new DeploymentError(`the operator's file is malformed: ${whyNotJson(cause)}`, {
      cause,
    });
  }
  const parsed = schema.safeParse(untrusted);
  const open = findPlaceholders(untrusted);
  if (parsed.success && open.length === 0) return parsed.data;
  const issues = parsed.error?.issues ?? [];
  const malformed = issues
    .map(({ path, message }) => ({ path: path.map(String).join('.') || 'file', message }))
    .filter(({ path }) => !open.includes(path));
  const problems = [
    ...open.map((path) => `  ${path}: still contains a placeholder`),
    ...malformed.map(({ path, message }) => `  ${path}: ${message}`),
  ];
  throw new DeploymentError(`the operator's file is malformed:\n${problems.join('\n')}`);
}
