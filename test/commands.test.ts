/**
 * What every command of the repository has in common: help, wrong usage, and that neither touches
 * the tree.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from './test.js';

const ROOT = new URL('../../', import.meta.url);

/**
 * Each program, with an argument that is one too many, and the arguments that have to come before
 * it.
 */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'dist/src/main.js': ['surplus'],
  'dist/scripts/bench.js': ['sign', 'surplus'],
  'dist/scripts/canary.js': ['http://127.0.0.1:9', 'surplus'],
  'dist/scripts/compose-hash.js': ['LICENSE', 'surplus'],
  'dist/scripts/deployment.js': ['lint', 'LICENSE', 'surplus'],
  'dist/scripts/docs.js': ['surplus'],
  'dist/scripts/health-check.js': ['surplus'],
  'dist/scripts/local.js': ['surplus'],
  // It takes any number of selectors, so what is wrong is one that selects nothing.
  'dist/scripts/mutants.js': ['no-such-mutant'],
  'dist/scripts/report-schema.js': ['surplus'],
  'dist/scripts/samples.js': ['surplus'],
  'dist/scripts/screens.js': ['/nowhere/out', 'surplus'],
  'dist/scripts/sign-in.js': ['--node', 'http://127.0.0.1:9', 'surplus'],
  'dist/scripts/soak.js': ['surplus'],
  'dist/scripts/stage-image.js': ['/nowhere/out', 'surplus'],
  'dist/scripts/stand-ins/guest-agent.js': ['--port', '0', 'surplus'],
  'dist/scripts/stand-ins/node.js': ['--port', '0', 'surplus'],
  'dist/scripts/state.js': ['export', 'LICENSE', 'surplus'],
  'dist/scripts/verify-audit.js': ['LICENSE', 'surplus'],
  'dist/scripts/write-source-file.js': ['5e'.repeat(20), 'surplus'],
  'dist/attestation/command.js': ['verify', 'LICENSE', 'surplus'],
};

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {},
  });
  return { status, out: stdout, err: stderr };
}

const WATCHED = ['.', 'attestation', 'docs', 'scripts', 'src', 'test', 'dist'] as const;

/**
 * When each file was changed last; a file that is written again with the same bytes shows as well.
 */
function snapshot(): readonly string[] {
  return WATCHED.flatMap((folder) => {
    const base = new URL(`${folder}/`, ROOT);
    return (
      readdirSync(base, { recursive: folder !== '.', encoding: 'utf8' })
        // Tests of the packages and of the generated client build there meanwhile.
        .filter((name) => !/^(?:(?:client\/)?dist\b|test\/openapi\b)/.test(name))
        .map((name) => ({ name, stat: statSync(new URL(name, base)) }))
        .filter(({ stat }) => stat.isFile())
        .map(({ name, stat }) => `${folder}/${name} ${stat.mtimeMs} ${stat.size}`)
    );
  }).toSorted();
}

test('a command has a row here, and a row has a command', (t) => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const programs = Object.values(scripts).flatMap((script) =>
    // The verifier's package is the same code as its part of this build.
    [...script.matchAll(/\bnode ((?:dist\/s|attestation\/dist\/)\S+\.js)/g)].map(([, path = '']) =>
      path.replace(/^attestation\/dist\//, 'dist/attestation/'),
    ),
  );
  // Only the Dockerfile and the compose file run these.
  const inBuilds = ['health-check', 'stage-image', 'write-source-file'];
  const all = [...programs, ...inBuilds.map((name) => `dist/scripts/${name}.js`)];
  t.deepEqual(Object.keys(COMMANDS).toSorted(), all.toSorted());
});

test('a command that may run beside a service does not remove its build', (t) => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const removing = Object.entries(scripts).filter(([, text]) =>
    /\brmSync\b|\b(clean|build)\b/.test(text),
  );
  t.deepEqual(removing.map(([name]) => name).toSorted(), [
    'build',
    'clean',
    'prestart',
    'test',
    'test:only',
  ]);
});

test('the local run refuses an app that is no origin', (t) => {
  for (const app of ['localhost:5173', 'http://localhost:5173/path', 'ftp://app.example', '*']) {
    const { status, err } = run('dist/scripts/local.js', ['--app', app]);
    t.is(status, 64, err);
    t.true(err.includes(app), err);
  }
});

test('a bench refuses a commit that does not exist', (t) => {
  const { status, err } = run('dist/scripts/bench.js', ['sign', '--before', 'no-such-commit']);
  t.is(status, 64);
  t.true(err.startsWith('--before takes a commit of this repository: no-such-commit\n'), err);
});

test('a finding about a whole file names no place in it', (t) => {
  const args = ['lint', '--policy', 'attestation/policy.production.json', 'LICENSE'];
  const { status, err } = run('dist/scripts/deployment.js', args);
  t.is(status, 1);
  t.regex(err, /^app-compose-syntax: [^\n]+\n/);
});

/** Commands that read a file, with the arguments before its path. Each ends with 2 then. */
const READERS = [
  ['dist/scripts/compose-hash.js'],
  ['dist/scripts/verify-audit.js'],
  ['dist/scripts/deployment.js', 'lint', '--policy', 'attestation/policy.production.json'],
  ['dist/attestation/command.js', 'verify'],
  ['dist/attestation/command.js', 'verify', 'LICENSE', '--policy'],
] as const;

for (const [program, ...before] of READERS) {
  test(`${[program, ...before].join(' ')} says why it cannot read a file`, (t) => {
    const rows = [
      ['/nowhere/at/all', 'it does not exist'],
      ['/tmp', 'it is a directory'],
      ['/dev/null/file', 'a part of its path is not a directory'],
    ] as const;
    for (const [path, why] of rows) {
      const { status, out, err } = run(program, [...before, path]);
      t.is(status, 2, err);
      t.is(out, '');
      t.true(err.includes(`${path} cannot be read: ${why}`), err);
    }
  });
}

for (const [program, surplus] of Object.entries(COMMANDS)) {
  test(`${program} explains itself, refuses what it does not know, and writes nothing`, (t) => {
    const before = snapshot();
    const help = run(program, ['--help']);
    t.is(help.status, 0, help.err);
    t.is(help.err, '');
    for (const part of [
      /^Usage:/,
      /--help/,
      /^Example: /m,
      /^Exit codes: 0 /m,
      /\b64 wrong usage/,
    ]) {
      t.regex(help.out, part);
    }
    for (const args of [['--no-such-option'], surplus]) {
      const refused = run(program, args);
      t.is(refused.status, 64, `${args.join(' ')}: ${refused.err}`);
      t.is(refused.out, '');
      t.regex(refused.err, /^[^\n]+\n\nUsage:/);
    }
    t.deepEqual(snapshot(), before);
  });
}

/** Runs a command twice once nobody reads its standard output, and its errors, any more. */
const WITHOUT_READER = `trap '' PIPE
{
  while printf x; do :; done 2>/dev/null
  "$@" --help 2>&3; echo "exit code $?" >&3
  "$@" --no-such-option 2>&1; echo "exit code $?" >&3
} 3>&2 | true`;

for (const program of Object.keys(COMMANDS)) {
  test(`${program} does not fail when nobody reads what it writes`, (t) => {
    const args = ['-c', WITHOUT_READER, 'sh', process.execPath, program];
    const { stderr } = spawnSync('sh', args, { cwd: ROOT, encoding: 'utf8', env: {} });
    t.is(stderr, 'exit code 0\nexit code 64\n');
  });
}

test('npm start without a build says what to do', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealwright-not-built-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(new URL('package.json', ROOT), join(folder, 'package.json'));
  const options = { cwd: folder, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('npm', ['start', '--silent'], options);
  t.is(status, 1);
  t.is(stderr, 'The service is not built. Run npm run build first.\n');
});
