/** Tests the auditors' command as they use it: arguments in, text and an exit code out. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.js';
import { z } from 'zod';
import { CHECK_IDS } from '../../attestation/checks.js';
import { reportSchema } from '../../attestation/report.js';
import { readBareBundle } from '../../scripts/samples/bare-bundles.js';
import { type Ran, runVerifier, VERIFIER_HOME as home } from './run-verifier.js';

const run = (...args: readonly string[]): Promise<Ran> => runVerifier(args);

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-audit-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('--help lists every option and exit code and exits with 0', async (t) => {
  const { code, out } = await run('--help');
  t.is(code, 0);
  for (const word of [
    '--policy',
    '--nonce',
    '--at',
    '--collateral',
    '--pccs',
    '--governance',
    '--rpc',
    '--app',
    '--kms',
    '--root-ca',
    '--allow-test-root',
    '--offline',
    '--json',
    '--html',
    '--second-opinion',
    '--provenance',
    '--provenance-root',
    '--receipt',
    '--previous',
    'capture',
    'explain',
    'policy init',
    '64',
  ]) {
    t.true(out.includes(word), word);
  }
});

const WRONG: readonly (readonly string[])[] = [
  [],
  ['verify'],
  ['a.json', 'b.json'],
  ['a.json', '--no-such-option'],
  ['a.json', '--nonce', 'AB'],
  ['a.json', '--at', 'yesterday'],
  ['a.json', '--root-ca', 'x.pem'],
  ['a.json', '--pccs', 'http://127.0.0.1:1', '--offline'],
  ['a.json', '--pccs', 'intel', '--offline'],
  ['a.json', '--pccs', 'Intel'],
  ['a.json', '--provenance-root', 'roots.json'],
  ['a.json', '--second-opinion', 'dstack-verifier'],
  ['a.json', '--second-opinion', 'http://127.0.0.1:1', '--offline'],
  ['http://127.0.0.1:1', '--offline'],
  ['a.json', '--rpc', 'http://127.0.0.1:1', '--offline'],
  ['a.json', '--rpc', 'http://127.0.0.1:1', '--governance', 'facts.json'],
  ['a.json', '--rpc', 'http://127.0.0.1:1', '--app', `0x${'1'.repeat(40)}`],
  ['a.json', '--kms', `0x${'1'.repeat(40)}`],
  ['governance', '--app', `0x${'1'.repeat(40)}`],
  ['governance', '--rpc', 'http://127.0.0.1:1'],
  ['governance', '--rpc', 'http://127.0.0.1:1', '--app', '0x12'],
  ['governance', '--rpc', 'http://rpc.example', '--app', `0x${'1'.repeat(40)}`],
  ['governance', '--rpc', 'https://name:word@rpc.example', '--app', `0x${'1'.repeat(40)}`],
  [
    'governance',
    '--rpc',
    'https://rpc.example/a',
    '--rpc',
    'https://rpc.example/b',
    '--app',
    `0x${'1'.repeat(40)}`,
  ],
  ['http://127.0.0.1:1', '--nonce', '00'.repeat(32)],
  ['capture', 'bundle.json', '-o', 'x'],
  ['capture', 'http://127.0.0.1:1'],
  ['policy'],
  ['policy', 'init'],
  ['explain', 'no.such-check'],
  ['explain', 'quote.format', 'more'],
];
for (const args of WRONG) {
  test(`wrong usage ends with 64 and says how it goes: ${args.join(' ') || 'nothing'}`, async (t) => {
    const { code, err } = await run(...args);
    t.is(code, 64);
    t.true(err.includes('Usage:'));
  });
}

test('explain states what each check proves and what its failure means', async (t) => {
  const all = await run('explain');
  t.is(all.code, 0);
  for (const id of CHECK_IDS) {
    t.true(all.out.includes(id));
    const one = await run('explain', id);
    t.is(one.code, 0);
    t.true(one.out.includes('failure:'), id);
  }
});

test('a document that cannot be fetched or read exits with 2', async (t) => {
  await withFolder(async (folder) => {
    const bundle = join(folder, 'bundle.json');
    await writeFile(bundle, readBareBundle('near-mpc-2026-08'));
    const bad = join(folder, 'bad.json');
    await writeFile(bad, '{"version":1,"name":"x"}');
    const rows: readonly (readonly string[])[] = [
      [join(folder, 'none.json')],
      ['http://127.0.0.1:9'],
      ['http://example.com'],
      [bundle, '--policy', join(folder, 'none.json')],
      [bundle, '--policy', bad],
      [bundle, '--governance', bad],
      [bundle, '--collateral', join(folder, 'none.json')],
      [bundle, '--root-ca', bad, '--allow-test-root'],
    ];
    for (const args of rows) {
      const { code, err } = await run(...args);
      t.is(code, 2, args.join(' '));
      t.regex(err, /could not be checked/);
    }
  });
});

test('a rejected bundle exits with 1, as text and as JSON of the published schema', async (t) => {
  await withFolder(async (folder) => {
    const bundle = join(folder, 'bundle.json');
    await writeFile(bundle, readBareBundle('near-mpc-2026-08'));
    const words = await run(bundle, '--at', '1786622400');
    t.is(words.code, 1);
    t.regex(words.out, /REJECTED/);
    t.regex(words.out, /pass {2}quote\.signature/);
    const json = await run(bundle, '--at', '1786622400', '--json');
    t.is(json.code, 1);
    const report = reportSchema.parse(JSON.parse(json.out));
    t.deepEqual(
      report.checks.map(({ id }) => id),
      [...CHECK_IDS],
    );
    t.is(report.hardware, 'genuine');
  });
});

test('the published schema equals the schema of the code', async (t) => {
  const published: unknown = JSON.parse(
    await readFile(new URL('report.schema.json', home), 'utf8'),
  );
  t.deepEqual(published, JSON.parse(JSON.stringify(z.toJSONSchema(reportSchema))));
});

test('text that is not a document is rejected with a sentence', async (t) => {
  await withFolder(async (folder) => {
    const bundle = join(folder, 'bundle.json');
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"statement":"x"}',
      '{"quote":"00","event_log":"[]"}',
    ]) {
      await writeFile(bundle, text);
      const { code, out } = await run(bundle);
      t.is(code, 1, text);
      t.regex(out, /fail {2}document\.consistent/);
    }
  });
});

async function serve(answer: (url: string) => { status: number; body: string }): Promise<Server> {
  const server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(body);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return server;
}

const urlOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('a service that refuses, redirects or sends too much cannot be checked', async (t) => {
  for (const [status, body] of [
    [503, '{"code":"ERR_ENCLAVE_UNAVAILABLE"}'],
    [302, ''],
    [200, 'x'.repeat(5 * 1024 * 1024)],
  ] as const) {
    const server = await serve(() => ({ status, body }));
    const { code, err } = await run(urlOf(server));
    server.close();
    t.is(code, 2);
    if (status === 503) t.regex(err, /ERR_ENCLAVE_UNAVAILABLE/);
  }
});

test('control characters of a document do not reach the terminal', async (t) => {
  await withFolder(async (folder) => {
    const evidence = JSON.parse(readBareBundle('near-mpc-2026-08')) as Record<string, unknown>;
    const bundle = join(folder, 'bundle.json');
    await writeFile(
      bundle,
      JSON.stringify({ ...evidence, app_id: '00'.repeat(20), '\u001b[31mred': 1 }),
    );
    const { out } = await run(bundle, '--at', '1786622400');
    const codes = Array.from(out, (character) => character.codePointAt(0) ?? 0);
    t.true(codes.every((code) => code === 10 || (code >= 32 && code !== 127)));
  });
});

test('policy init pins the facts of a bundle, and the policy accepts nothing before its review', async (t) => {
  await withFolder(async (folder) => {
    const bundle = join(folder, 'bundle.json');
    await writeFile(bundle, readBareBundle('near-mpc-2026-08'));
    const file = join(folder, 'policy.json');
    t.is((await run('policy', 'init', bundle, '-o', file)).code, 0);
    const policy = JSON.parse(await readFile(file, 'utf8')) as { reviewed: boolean };
    t.false(policy.reviewed);
    const { code, out } = await run(bundle, '--policy', file, '--at', '1786622400');
    t.is(code, 1);
    t.regex(out, /"reviewed": false/);
  });
});
