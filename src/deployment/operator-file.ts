/** What the operator of a deployment decides: one small JSON file, kept with the deployment and holding no secret. */
import { z } from 'zod';
import { parseStrictJson } from '../../attestation/application/strict-json.js';
import { KILL_SWITCH } from '../../attestation/application/environment-names.js';

/** What is wrong with the operator's input; the message says all of it. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

const LIMITS = { maxBytes: 64 * 1024, maxDepth: 8 };

// A deployment is one of production; --first-start, the template and the outside say the rest.
const NOT_SETTABLE = [
  'SEALWRIGHT_MODE',
  'STATE_INIT',
  KILL_SWITCH,
  'DSTACK_SIMULATOR_ENDPOINT',
  'DATABASE_URL',
];

const schema = z.strictObject({
  /** Shown by dstack; part of what is measured. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a short lower-case name'),
  /** The image by digest: repository@sha256:… */
  image: z.string().max(400),
  /** As the boot log names the KMS: the id is the DER of its P-256 key in hex. */
  keyProvider: z.strictObject({
    name: z.string().min(1),
    id: z.string().regex(/^(?:[0-9a-f]{2})+$/, 'must be lower-case hex'),
  }),
  /** Where it was pinned at the deployment, or is that of an earlier file: an upgrade keeps it. */
  appId: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be 40 lower-case hex digits')
    .exactOptional(),
  /** Settings of the service that differ from the template. */
  settings: z
    .record(z.string(), z.string())
    .refine((settings) => NOT_SETTABLE.every((name) => !Object.hasOwn(settings, name)), {
      message: `may not hold ${NOT_SETTABLE.join(', ')}`,
    }),
  /** A script that runs before the containers; measured, and listed in the policy by its hash. */
  preLaunchScript: z.string().min(1).max(8_192).exactOptional(),
});

export type OperatorFile = z.infer<typeof schema>;

/** Throws a DeploymentError that names every problem. */
export function parseOperatorFile(text: string): OperatorFile {
  let untrusted: unknown;
  try {
    untrusted = parseStrictJson(text, LIMITS);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw new DeploymentError(`the operator's file is not JSON: ${why}`, { cause });
  }
  const parsed = schema.safeParse(untrusted);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.map(String).join('.') || 'file'}: ${message}`,
  );
  throw new DeploymentError(`the operator's file is malformed:\n${problems.join('\n')}`);
}
