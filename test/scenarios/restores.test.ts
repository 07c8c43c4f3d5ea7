/**
 * Rehearses backups with `npm run state`: a volume that is lost, one that is put back in time, a
 * move to another instance of the application, and a volume of the first release.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Wallet } from 'ethers';
import type { ExecutionContext } from 'ava';
import { verifyAudit } from '../../attestation/audit/verify-audit.js';
import { type AuditEntry, auditHashOf } from '../../attestation/schema/audit.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { runState } from '../../src/state-transfer/run-state.js';
import { audit, NONCE, statusOf } from '../attestation/audit.js';
import { test } from '../test.js';
import { createWorld, isSignedBy, outcomeOf, type Person, type World } from './world.js';

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'restore-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Runs `npm run state`, which must succeed. */
async function state(...args: readonly string[]): Promise<void> {
  let said = '';
  const write = (text: string): void => void (said += text);
  const console = { args, write, complain: write };
  const code = await runState({ ...console, databaseUrl: undefined, isTerminal: false });
  if (code !== 0) throw new Error(said);
}

async function trailOf(world: World, { token }: Person): Promise<readonly AuditEntry[]> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${world.url}/api/account/audit?format=jsonl`, { headers });
  const verdict = verifyAudit(await response.text());
  if (!verdict.ok) throw new Error(verdict.reason);
  return verdict.entries;
}

async function documentOf(world: World): Promise<string> {
  const { body } = await world.call('GET', `/attestation?nonce=${NONCE}`);
  return JSON.stringify(body);
}

/** A service with an account that is set up, and a backup of it. */
async function backedUp(t: ExecutionContext) {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  await world.sign(person);
  await world.untilComplete(person);
  const trail = await trailOf(world, person);
  await world.stop();
  const file = join(await folder(t), 'state.jsonl');
  await state('export', file, '--data-dir', world.dataDir);
  return { world, person, trail, file };
}

/** Whether a person goes on as before, without a sign-in and without a new set-up. */
async function goesOn(t: ExecutionContext, world: World, person: Person): Promise<void> {
  const before = await world.counter('root_signatures');
  const message = world.appSignIn(person);
  const answer = await world.sign(person, message);
  t.true(isSignedBy(answer, message, person));
  t.like(outcomeOf(answer), { status: 'complete' });
  t.is(await world.counter('root_signatures'), before);
}

const KEEP = { STATE_INIT: '0' };

test('a volume that was lost is restored from a backup, and people go on as before', async (t) => {
  const { world, person, trail, file } = await backedUp(t);
  await rm(world.dataDir, { recursive: true });
  await mkdir(world.dataDir);
  // A loss never looks like a fresh installation.
  await t.throwsAsync(world.start(KEEP), { code: 'ERR_STATE_MARKER_MISSING' });
  await rm(world.dataDir, { recursive: true });
  await mkdir(world.dataDir);
  await state('import', file, '--data-dir', world.dataDir);
  await state('verify', file, '--data-dir', world.dataDir);
  await world.start(KEEP);
  t.deepEqual((await trailOf(world, person)).slice(0, trail.length), trail);
  await goesOn(t, world, person);
});

test('a volume that was put back in time is served, and an auditor with an earlier document notices', async (t) => {
  const { world, person, file } = await backedUp(t);
  await world.start(KEEP);
  const previous = await documentOf(world);
  const other = await world.person(person.wallet);
  t.is((await world.call('DELETE', '/api/account/sessions', { token: other.token })).status, 204);
  t.is((await world.call('GET', '/api/account', { token: person.token })).status, 401);
  await world.stop();
  await world.start(KEEP);
  const continued = await documentOf(world);
  t.is(statusOf(audit(continued, { nonce: NONCE, previous }), 'state.monotonic'), 'pass');
  await world.stop();
  const dataDir = await folder(t);
  await state('import', file, '--data-dir', dataDir);
  await world.start({ ...KEEP, DATA_DIR: dataDir });
  const rolledBack = await documentOf(world);
  for (const earlier of [previous, continued]) {
    const report = audit(rolledBack, { nonce: NONCE, previous: earlier });
    t.is(statusOf(report, 'state.monotonic'), 'fail');
  }
  // This is why: a session that was ended is valid again.
  t.is((await world.call('GET', '/api/account', { token: person.token })).status, 200);
});

test('a backup moves to another instance of the application, and to no other application', async (t) => {
  const { world, person, file } = await backedUp(t);
  const [here, there] = [await folder(t), await folder(t)];
  const instance = await startGuestAgent({ port: 0 });
  const stranger = await startGuestAgent({ port: 0, seed: new Uint8Array(32).fill(9) });
  t.teardown(async () => {
    await instance.close();
    await stranger.close();
  });
  for (const dataDir of [here, there]) await state('import', file, '--data-dir', dataDir);
  const elsewhere = { ...KEEP, DSTACK_SIMULATOR_ENDPOINT: stranger.endpoint, DATA_DIR: there };
  const error = await t.throwsAsync(world.start(elsewhere));
  t.like(error, { code: 'ERR_STATE_MARKER_MISMATCH' });
  await world.start({ ...KEEP, DSTACK_SIMULATOR_ENDPOINT: instance.endpoint, DATA_DIR: here });
  await goesOn(t, world, person);
});

/** A volume that the first release wrote, and what it said of its two people. */
type FirstRelease = {
  readonly people: readonly {
    readonly privateKey: string;
    readonly keyId: string;
    readonly address: string;
    readonly label: string;
    readonly autoSignEnabled: boolean;
    /** How many entries the audit trail has, and the hash of the last one. */
    readonly entries: number;
    readonly head: string;
  }[];
  readonly files: Readonly<Record<string, string>>;
};

const FIRST_RELEASE = new URL(
  '../../../test/vectors/sealwright/first-release-state.json',
  import.meta.url,
);

test('a volume of the first release is read with every key, name, preference and entry', async (t) => {
  const { people, files } = JSON.parse(await readFile(FIRST_RELEASE, 'utf8')) as FirstRelease;
  const dataDir = await folder(t);
  for (const [name, text] of Object.entries(files)) {
    const path = join(dataDir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const world = await createWorld();
  t.teardown(() => world.close());
  await world.stop();
  const check = async (): Promise<void> => {
    for (const expected of people) {
      const person = await world.person(new Wallet(expected.privateKey));
      t.like(person, { keyId: expected.keyId, address: expected.address });
      const { token } = person;
      const { body } = await world.call('GET', `/api/keys/${person.keyId}`, { token });
      t.is(body['label'], expected.label);
      const account = await world.call('GET', '/api/account', { token });
      t.is(account.body['autoSignEnabled'], expected.autoSignEnabled);
      const trail = await trailOf(world, person);
      const last = trail[expected.entries - 1];
      t.is(last && auditHashOf(last), expected.head);
    }
  };
  await world.start({ ...KEEP, DATA_DIR: dataDir });
  await check();
  await world.stop();
  // What was migrated can be backed up and restored as well.
  const file = join(await folder(t), 'state.jsonl');
  const restored = await folder(t);
  await state('export', file, '--data-dir', dataDir);
  await state('import', file, '--data-dir', restored);
  await world.start({ ...KEEP, DATA_DIR: restored });
  await check();
});
