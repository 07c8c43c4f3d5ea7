/** Tests the image without building it: the rules of the Dockerfile, and that its files start. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { parseSourceFile } from '../../src/evidence/source-file.js';
import { ROOT, TEMPLATE } from './rendered.js';

const DOCKERFILE = readFileSync(new URL('Dockerfile', ROOT), 'utf8');
const LINES = DOCKERFILE.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const COMMIT = '5e'.repeat(20);

/** Returns the problems of a Dockerfile that its text shows. */
function problemsOf(lines: readonly string[]): readonly string[] {
  const bases = lines.filter((line) => line.startsWith('FROM '));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const of = (instruction: string): readonly string[] =>
    last.filter((line) => line.startsWith(`${instruction} `));
  const isPinned = (line: string): boolean => {
    const [, image = ''] = /^FROM \S+?@sha256:([0-9a-f]{64})(?: AS [a-z]+)?$/.exec(line) ?? [];
    return new Set(image).size >= 8;
  };
  return [
    ...bases.filter((line) => !isPinned(line)).map(() => 'a base that is not pinned'),
    ...(lines.some((line) => /:latest\b/.test(line)) ? ['latest'] : []),
    ...(lines.some((line) => /npm (?:i|install)\b/.test(line)) ? ['npm install'] : []),
    ...lines
      .filter((line) => line.includes('npm ci') && !line.includes('--ignore-scripts'))
      .map(() => 'scripts of packages'),
    ...lines
      .filter((line) => line.includes('npm ci') && !line.includes('--workspaces=false'))
      .map(() => 'packages of the verifier or the client'),
    ...(of('USER').join() === 'USER 65532:65532' ? [] : ['root']),
    ...(of('RUN').length === 0 ? [] : ['a shell at run time']),
    ...[...of('CMD'), ...of('ENTRYPOINT'), ...of('HEALTHCHECK')]
      .filter((line) => !/^[A-Z]+ \["[^"]+"(?:, ?"[^"]+")*\]$/.test(line))
      .map(() => 'shell form'),
    ...(lines.some((line) => /^(?:ADD|VOLUME) /.test(line)) ? ['ADD or VOLUME'] : []),
  ];
}

test('the Dockerfile is pinned, not root, and has no shell at run time', (t) => {
  t.deepEqual(problemsOf(LINES), []);
  t.is(LINES.filter((line) => line.startsWith('FROM ')).length, 2);
});

test('a Dockerfile that breaks a rule is reported', (t) => {
  const broken = (from: string | RegExp, to: string) =>
    problemsOf(
      DOCKERFILE.replace(from, to)
        .split('\n')
        .filter((line) => !line.startsWith('#')),
    );
  const rows: readonly (readonly [string | RegExp, string, string])[] = [
    [/@sha256:[0-9a-f]{64} AS build/, ' AS build', 'a base that is not pinned'],
    [/@sha256:[0-9a-f]{64}\n/, `@sha256:${'0'.repeat(64)}\n`, 'a base that is not pinned'],
    ['nonroot@', 'latest@', 'latest'],
    ['npm ci --workspaces=false', 'npm install --workspaces=false', 'npm install'],
    [' --ignore-scripts', '', 'scripts of packages'],
    [' --workspaces=false', '', 'packages of the verifier or the client'],
    ['USER 65532:65532\n', '', 'root'],
    ['USER 65532:65532', 'USER root', 'root'],
    ['STOPSIGNAL SIGTERM', 'RUN true', 'a shell at run time'],
    [/CMD .*/, 'CMD node dist/src/main.js', 'shell form'],
  ];
  for (const [from, to, problem] of rows) t.deepEqual(broken(from, to), [problem], to);
});

test('image and compose file agree on user, paths and port', (t) => {
  t.regex(TEMPLATE, /user: '65532:65532'/);
  t.true(LINES.includes('WORKDIR /app'));
  t.regex(DOCKERFILE, /ENTRYPOINT \["\/nodejs\/bin\/node"\]/);
  t.regex(TEMPLATE, /\[CMD, \/nodejs\/bin\/node, \/app\/dist\/scripts\/health-check\.js\]/);
  t.regex(DOCKERFILE, /--chown=65532:65532 \/out\/data\/ \/data\//);
  t.regex(TEMPLATE, /- state:\/data\n/);
});

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { env });
  return { status, err: stderr.toString() };
}

/** Copies the build, so that the build under test stays unchanged. */
function copyOfBuild(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealwright-image-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(new URL('node_modules', ROOT), join(folder, 'node_modules'));
  for (const path of ['LICENSE', 'package.json', 'package-lock.json']) {
    cpSync(new URL(path, ROOT), join(folder, path));
  }
  for (const path of [
    'dist/src',
    'dist/browser',
    'dist/attestation',
    'dist/scripts',
    'src/pages',
    'src/widget',
    'src/account-page',
  ]) {
    cpSync(new URL(path, ROOT), join(folder, path), { recursive: true });
  }
  return folder;
}

test('the files of the image state their source, start, and are readable by everyone', async (t) => {
  const folder = copyOfBuild(t);
  t.is(run(join(folder, 'dist/scripts/write-source-file.js'), [COMMIT]).status, 0);
  const out = join(folder, 'out');
  const staged = run(join(folder, 'dist/scripts/stage-image.js'), [out]);
  t.is(staged.status, 0, staged.err);

  const lockfile = readFileSync(join(folder, 'package-lock.json'));
  t.deepEqual(parseSourceFile(readFileSync(join(out, 'app/dist/source.json'), 'utf8')), {
    commit: COMMIT,
    lockfile_sha256: createHash('sha256').update(lockfile).digest('hex'),
  });
  t.deepEqual(readdirSync(join(out, 'app/dist')).toSorted(), [
    'attestation',
    'browser',
    'scripts',
    'source.json',
    'src',
  ]);
  t.deepEqual(readdirSync(join(out, 'app/dist/scripts')), ['health-check.js']);
  t.deepEqual(readdirSync(join(out, 'data')), []);
  const paths = readdirSync(join(out, 'app'), { recursive: true, encoding: 'utf8' });
  const isReadable = (path: string): boolean =>
    [0o100644, 0o40755].includes(statSync(join(out, 'app', path)).mode);
  t.deepEqual(
    paths.filter((path) => !isReadable(path)),
    [],
  );
  // All imports exist: the start fails only at its settings.
  const started = run(join(out, 'app/dist/src/main.js'), []);
  t.is(started.status, 1);
  t.regex(started.err, /ERR_CONFIG[^]*PUBLIC_ORIGIN: must be set/);
  const pages = (await import(join(out, 'app/dist/src/http/pages/page-files.js'))) as {
    readPageFiles(): ReadonlyMap<string, unknown>;
  };
  t.true(pages.readPageFiles().has('/widget/main.js'));
});

test('a source file without a commit fails the build', (t) => {
  const script = new URL('dist/scripts/write-source-file.js', ROOT).pathname;
  for (const args of [[''], [], ['HEAD'], [COMMIT.toUpperCase()], [COMMIT, 'x']]) {
    t.is(run(script, args).status, 64, args.join(' '));
  }
  t.is(run(script, ['--help']).status, 0);
});

test('staging has exit codes of its own', (t) => {
  const script = new URL('dist/scripts/stage-image.js', ROOT).pathname;
  t.is(run(script, ['--help']).status, 0);
  for (const args of [[], ['a', 'b'], ['--all']]) t.is(run(script, args).status, 64);
  t.is(run(script, ['/nowhere/at/all']).status, 2);
});

const HEALTH_CHECK = new URL('dist/scripts/health-check.js', ROOT).pathname;

async function healthOf(t: ExecutionContext, status: number, headers = {}): Promise<number | null> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, headers).end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [HEALTH_CHECK], { env: { PORT: String(port) } });
  const code = await new Promise<number | null>((resolve) => void child.once('exit', resolve));
  server.close();
  t.deepEqual(asked, ['/readyz']);
  return code;
}

test('the health check exits with 0 for a ready service and with 1 for any other response', async (t) => {
  t.is(await healthOf(t, 200), 0);
  t.is(await healthOf(t, 503), 1);
  t.is(await healthOf(t, 302, { location: '/healthz' }), 1);
});

test('the health check exits with 1 without a response and accepts no arguments', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  t.is(run(HEALTH_CHECK, [], { PORT: String(port) }).status, 1);
  t.is(run(HEALTH_CHECK, [], { PORT: 'x' }).status, 1);
  t.is(run(HEALTH_CHECK, ['x']).status, 64);
  t.is(run(HEALTH_CHECK, ['--help']).status, 0);
});
