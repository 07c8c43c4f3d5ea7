/**
 * `@sealwright/verifier` as an auditor gets it: packed, laid out with its own dependencies alone,
 * and run.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importClosureOf } from '../../src/deployment/import-closure.js';
import { test } from '../test.js';
import { copyPackages, emptyFolder, manifestAt, mustRun, packInto, ROOT } from './pack.js';

const NAME = '@sealwright/verifier';

type Sample = {
  readonly name: string;
  readonly args: readonly string[];
  readonly expected: { readonly exit_code: number; readonly verdict: string };
};

const SAMPLES = ['genuine machine, nothing of ours', 'simulated, with a receipt'];

test('the verifier depends on exactly the packages that it imports', (t) => {
  const root = new URL(`file://${ROOT}`);
  const entries = ['dist/attestation/command.js', 'dist/attestation/verify.js'];
  const { modules, packages } = importClosureOf(root, entries);
  const declared = Object.keys(manifestAt(join(ROOT, 'attestation')).dependencies ?? {});
  t.deepEqual(declared.toSorted(), packages);
  t.true(modules.every((path) => path.startsWith('dist/attestation/')));
});

test('the packed verifier runs beside nothing but its own dependencies', (t) => {
  const folder = emptyFolder(t);
  const archive = packInto(folder, NAME);
  const installed = join(folder, 'node_modules', NAME);
  mkdirSync(installed, { recursive: true });
  mustRun(folder, 'tar', '-xzf', archive, '--strip-components=1', '-C', installed);
  const { bin = {}, dependencies = {} } = manifestAt(installed);
  copyPackages(Object.keys(dependencies), folder);
  const copied = readdirSync(join(folder, 'node_modules'));
  for (const foreign of ['koa', 'pg', 'secp256k1', 'typescript']) {
    t.false(copied.includes(foreign), foreign);
  }

  const program = join(installed, bin['sealwright-verify'] ?? '');
  t.regex(readFileSync(program, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  const run = (args: readonly string[]) =>
    spawnSync(process.execPath, [program, ...args], { cwd: installed, encoding: 'utf8' });
  const help = run(['--help']);
  t.is(help.status, 0, help.stderr);
  t.regex(help.stdout, /^Usage:/);

  // The samples come with it; another test judges all of them.
  const all = JSON.parse(
    readFileSync(join(installed, 'samples/expected.json'), 'utf8'),
  ) as readonly Sample[];
  const some = all.filter(({ name }) => SAMPLES.includes(name));
  t.is(some.length, SAMPLES.length);
  for (const sample of some) {
    const args = sample.args.map((arg) => arg.replace(/^attestation\//, ''));
    const judged = run([...args, '--json']);
    t.is(judged.status, sample.expected.exit_code, judged.stderr);
    t.like(JSON.parse(judged.stdout), { verdict: sample.expected.verdict });
  }
});
