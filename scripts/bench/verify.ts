/**
 * Bench `verify`: one complete offline verification of a document in a warm process: `verify()`
 * with every check and the second opinion, of a simulated and of a genuine sample, with
 * certificates that are already parsed. The start of a process is measured separately.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { askSecondOpinion } from '../../attestation/evidence/second-opinion.js';
import { parseKnownImages } from '../../attestation/image/known-images.js';
import { policySchema } from '../../attestation/policy/policy.js';
import { readShippedRoots, sourceFolder } from '../../attestation/trusted-roots.js';
import { verify, type VerifyOptions } from '../../attestation/verify.js';
import type { Bench } from './bench.js';
import { spreadOf, type Spread } from './statistics.js';

const RUNS = 40;
const WARM_UP = 10;
const STARTS = 5;

const read = (path: string): string => readFileSync(new URL(path, sourceFolder()), 'utf8');

type Sample = {
  readonly name: string;
  readonly args: readonly string[];
  readonly expected: { readonly facts_digest: string };
};

const samples = (): readonly Sample[] =>
  JSON.parse(read('samples/expected.json')) as readonly Sample[];

/** Returns the arguments of a sample in the form of the function. */
function optionsOf({ args }: Sample): VerifyOptions {
  const after = (flag: string): string | undefined => args[args.indexOf(flag) + 1];
  const file = (path = ''): string => read(path.replace(/^attestation\//, ''));
  return {
    bundle: file(args[0]),
    policy: policySchema.parse(JSON.parse(file(after('--policy')))),
    atMs: Date.parse(after('--at') ?? ''),
    roots: readShippedRoots(),
    allowTestRoot: args.includes('--allow-test-root'),
    nonce: args.includes('--nonce') ? after('--nonce') : undefined,
    receipt: args.includes('--receipt') ? file(after('--receipt')).trim() : undefined,
    knownImages: parseKnownImages(read('image/known-images.json')),
    askSecondOpinion,
  };
}

function measure(sample: Sample): Spread {
  const options = optionsOf(sample);
  const times = Array.from({ length: WARM_UP + RUNS }, () => {
    const start = performance.now();
    const { facts_digest: digest } = verify(options);
    if (digest !== sample.expected.facts_digest) throw new Error(`${sample.name}: other facts`);
    return performance.now() - start;
  });
  return spreadOf(times.slice(WARM_UP));
}

/** Measures the command's `--help`, which loads everything and verifies nothing. */
function measureStart(): Spread {
  const command = new URL('../../attestation/command.js', import.meta.url).pathname;
  const times = Array.from({ length: STARTS }, () => {
    const start = performance.now();
    execFileSync(process.execPath, [command, '--help']);
    return performance.now() - start;
  });
  return spreadOf(times);
}

const CASES = {
  simulatedMs: 'simulated, allowed',
  withReceiptMs: 'simulated, with a receipt',
  genuineMs: 'genuine machine, nothing of ours',
} as const;

export const benchVerify: Bench = async ({ print }) => {
  const all = samples();
  const results: Record<string, Spread> = {};
  for (const [key, name] of Object.entries(CASES)) {
    const sample = all.find((each) => each.name === name);
    if (sample === undefined) throw new Error(`unknown sample ${name}`);
    results[key] = measure(sample);
  }
  results['processStartMs'] = measureStart();
  for (const [key, { median, min, max }] of Object.entries(results)) {
    print(`verify, ${key.padEnd(14)}  median ${median} ms, least ${min} ms, most ${max} ms`);
  }
  return { runs: RUNS, ...results };
};
