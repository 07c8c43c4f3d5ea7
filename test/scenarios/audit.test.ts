/**
 * Tests the audit trail: it contains everything that was done, in an order that cannot be changed
 * undetected.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { verifyAudit } from '../../attestation/audit/verify-audit.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import { createWorld, type Person, type World } from './world.js';

type Entry = {
  readonly seq: number;
  readonly type: string;
  readonly detail: Record<string, unknown>;
};

async function exportOf(world: World, { token }: Person): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${world.url}/api/account/audit?format=jsonl`, { headers })).text();
}

const entriesOf = (text: string): readonly Entry[] =>
  text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);

test('the trail contains sign-in, signature, refusal, preference, key and setup, but no signed text', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const secret = 'a very private sentence';
  await world.sign(person, secret);
  await world.sign(person, 'x'.repeat(32));
  await world.sign(person);
  await world.untilComplete(person);
  await world.call('PATCH', '/api/account', {
    token: person.token,
    body: { autoSignEnabled: false },
  });
  const created = await world.call('POST', '/api/keys', { token: person.token, body: {} });
  const id = String(created.body['id']);
  await world.call('PATCH', `/api/keys/${id}`, {
    token: person.token,
    body: { label: 'private name' },
  });
  await world.call('POST', `/api/keys/${id}/archive`, { token: person.token });
  await world.call('POST', `/api/keys/${id}/unarchive`, { token: person.token });
  const text = await exportOf(world, person);
  const entries = entriesOf(text);
  t.deepEqual(
    entries.map(({ type }) => type),
    [
      'account-created',
      'key-created',
      'signed-in',
      'signed',
      'signature-refused',
      'signed',
      'bootstrap-started',
      'bootstrap-complete',
      'preference-changed',
      'key-created',
      'key-renamed',
      'key-archived',
      'key-unarchived',
    ],
  );
  const digest = hex(personalMessageDigest(utf8(secret)));
  t.like(entries[3]?.detail, {
    keyId: person.keyId,
    digest,
    ruleId: 'program-session',
    via: 'program',
  });
  t.like(entries[4]?.detail, { ruleId: 'never-bare-digest', code: 'ERR_POLICY_BARE_DIGEST' });
  for (const hidden of [secret, 'private name', person.token, person.token.slice(-52)]) {
    t.false(text.includes(hidden));
    t.false(world.logs.some((line) => line.includes(hidden)));
  }
  t.like(verifyAudit(text), { ok: true });
});

test('the trail continues over many records and restarts, is paged, and each export continues the previous one', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  for (let count = 0; count < 40; count += 1) await world.sign(person, `text ${count}`);
  const early = verifyAudit(await exportOf(world, person));
  if (!early.ok) return t.fail(early.reason);
  await world.stop();
  await world.start();
  for (let count = 0; count < 40; count += 1) await world.sign(person, `more ${count}`);
  const later = await exportOf(world, person);
  const verdict = verifyAudit(later, early.header.head);
  t.like(verdict, { ok: true });
  t.is(entriesOf(later).length, 83);
  const seen: number[] = [];
  for (let from: number | undefined = 1; from !== undefined;) {
    const { body } = await world.call('GET', `/api/account/audit?limit=30&from=${from}`, {
      token: person.token,
    });
    seen.push(...(body['entries'] as Entry[]).map(({ seq }) => seq));
    from = body['next'] as number | undefined;
  }
  t.deepEqual(
    seen,
    Array.from({ length: 83 }, (_, at) => at + 1),
  );
  const newest = await world.call('GET', '/api/account/audit?newest=3', { token: person.token });
  t.deepEqual(
    (newest.body['entries'] as Entry[]).map(({ seq }) => seq),
    [81, 82, 83],
  );
  t.false('next' in newest.body);
  t.like(verifyAudit(later, 'ab'.repeat(32)), { ok: false, reason: 'cut' });
});

test('any removed, moved, changed or added entry is detected and located', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  for (let count = 0; count < 5; count += 1) await world.sign(person, `text ${count}`);
  const lines = (await exportOf(world, person)).trimEnd().split('\n');
  const verdictOf = (changed: readonly string[]) => verifyAudit(changed.join('\n'));
  t.like(verdictOf(lines), { ok: true });
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    t.false(verdictOf(lines.toSpliced(index, 1)).ok, `removed ${index}`);
    t.false(verdictOf(lines.toSpliced(index, 0, line)).ok, `doubled ${index}`);
    t.false(
      verdictOf(lines.with(index, line.replace(/"at":"\d/, '"at":"1'))).ok,
      `changed ${index}`,
    );
    if (index > 1) {
      const swapped = lines.with(index, lines[index - 1] ?? '').with(index - 1, line);
      t.false(verdictOf(swapped).ok, `swapped ${index}`);
    }
  }
  const header = (lines[0] ?? '').replace(/"user_id":"./, (start) =>
    start.endsWith('z') ? '"user_id":"y' : '"user_id":"z',
  );
  t.like(verdictOf(lines.with(0, header)), { ok: false, line: 2, reason: 'chain' });
  t.like(verdictOf([]), { ok: false, reason: 'empty' });
  t.like(verdictOf(['{}']), { ok: false, reason: 'header' });
  t.like(verdictOf([...lines, 'x'.repeat(20_000)]), { ok: false, reason: 'malformed' });
});

testOfOneProcess(
  'It looks into the directory of the store, or makes writes to it fail.',
  'a trail of which old entries are gone is refused, and signing continues',
  async (t) => {
    const world = await createWorld();
    t.teardown(() => world.close());
    const person = await world.person();
    for (let count = 0; count < 100; count += 1) await world.sign(person, `text ${count}`);
    await world.stop();
    const folder = join(world.dataDir, 'log');
    const names = await readdir(folder, { recursive: true });
    await rm(join(folder, names.find((name) => name.endsWith('/0.jsonl')) ?? ''));
    await world.start();
    const answer = await world.call('GET', '/api/account/audit', { token: person.token });
    t.is(answer.status, 500);
    t.is(answer.body['code'], 'ERR_STATE_TAMPERED');
    t.is((await world.sign(person, 'still')).status, 200);
  },
);

testOfOneProcess(
  'It looks into the directory of the store, or makes writes to it fail.',
  'nothing is signed if the trail cannot be written',
  async (t) => {
    const world = await createWorld();
    t.teardown(() => world.close());
    const person = await world.person();
    const before = entriesOf(await exportOf(world, person)).length;
    world.refusesWrite = (text) => text.includes(person.keyId.slice(0, 32));
    const refused = await world.sign(person, 'text');
    t.true(refused.status >= 500);
    t.false('signature' in refused.body);
    world.refusesWrite = () => false;
    t.is(await world.counter('signatures'), 0);
    t.is((await world.sign(person, 'text')).status, 200);
    t.is(entriesOf(await exportOf(world, person)).length, before + 1);
  },
);

test('the command distinguishes a complete trail from a broken one', async (t) => {
  const world = await createWorld();
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-audit-'));
  t.teardown(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });
  const person = await world.person();
  await world.sign(person, 'text');
  const text = await exportOf(world, person);
  const good = join(folder, 'good.jsonl');
  const bad = join(folder, 'bad.jsonl');
  await writeFile(good, text);
  await writeFile(bad, text.split('\n').toSpliced(2, 1).join('\n'));
  const command = fileURLToPath(new URL('../../scripts/verify-audit.js', import.meta.url));
  const run = async (...args: readonly string[]): Promise<{ code: number; out: string }> => {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [command, ...args]);
      return { code: 0, out: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    }
  };
  t.like(await run(good), { code: 0 });
  t.is((await run(bad)).code, 1);
  t.is((await run(join(folder, 'none'))).code, 2);
  t.is((await run()).code, 64);
  t.is((await run(good, '--head', 'x')).code, 64);
  t.is((await run(good, '--head', 'ab'.repeat(32))).code, 1);
  t.is((await run('--help')).code, 0);
});
