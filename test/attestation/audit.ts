/**
 * What an audit needs in tests: a document of a service on the stand-ins, the local policy, and the
 * shipped tables.
 */
import { readFileSync } from 'node:fs';
import { parseKnownImages } from '../../attestation/image/known-images.js';
import { type Policy, policySchema } from '../../attestation/policy/policy.js';
import type { Report } from '../../attestation/report.js';
import { readShippedRoots } from '../../attestation/trusted-roots.js';
import { askSecondOpinion } from '../../attestation/evidence/second-opinion.js';
import { verify, type VerifyOptions } from '../../attestation/verify.js';
import { createWorld, type World, type WorldOptions } from '../scenarios/world.js';

const home = new URL('../../../attestation/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, home), 'utf8');

export const LOCAL_POLICY: Policy = policySchema.parse(JSON.parse(read('policy.local.json')));
export const PRODUCTION_POLICY: Policy = policySchema.parse(
  JSON.parse(read('policy.production.json')),
);
const KNOWN_IMAGES = parseKnownImages(read('image/known-images.json'));
const ROOTS = readShippedRoots();

/** Returns a policy with some members of its sections changed. */
export function withPolicy(
  policy: Policy,
  changes: { readonly [section in keyof Policy]?: Partial<Policy[section]> },
): Policy {
  const entries = Object.entries(changes).map(([name, change]) => {
    const before: unknown = policy[name as keyof Policy];
    return [
      name,
      typeof before === 'object' && !Array.isArray(before)
        ? { ...before, ...(change as object) }
        : change,
    ];
  });
  return policySchema.parse({ ...policy, ...Object.fromEntries(entries) });
}

/** Verifies with the shipped tables, and by default with the local policy and test roots. */
export function audit(bundle: string, options: Partial<VerifyOptions> = {}): Report {
  return verify({
    bundle,
    policy: LOCAL_POLICY,
    atMs: Date.now(),
    roots: ROOTS,
    allowTestRoot: true,
    knownImages: KNOWN_IMAGES,
    askSecondOpinion,
    ...options,
  });
}

export const statusOf = (report: Report, id: string): string =>
  report.checks.find((check) => check.id === id)?.status ?? 'unknown';

/** Returns the ids of the checks that failed, or were required and skipped. */
export const notPassed = (report: Report): readonly string[] =>
  report.checks
    .filter(({ status, required }) => status === 'fail' || (status === 'skip' && required))
    .map(({ id }) => id);

export const NONCE = '5e'.repeat(32);

export type Audited = { readonly world: World; readonly text: string; readonly nonce: string };

/** Creates a service on the stand-ins, with collateral, and its document over a nonce. */
export async function auditedWorld(options: WorldOptions = {}): Promise<Audited> {
  const world = await createWorld({ ...options, agent: { pccs: true, ...options.agent } });
  const response = await fetch(`${world.url}/attestation?nonce=${NONCE}`);
  return { world, text: await response.text(), nonce: NONCE };
}
