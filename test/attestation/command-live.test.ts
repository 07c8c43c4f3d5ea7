/**
 * Tests the auditors' command against a running service on the stand-ins: fetched, captured,
 * verified later, with a receipt.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { freePort } from '../../scripts/local/free-port.js';
import { CHECK_IDS } from '../../attestation/checks.js';
import { reportSchema, type Report } from '../../attestation/report.js';
import { createWorld, type Person, type World } from '../scenarios/world.js';
import { statusOf } from './audit.js';
import { runVerifier, VERIFIER_HOME as home } from './run-verifier.js';

const LOCAL = ['--policy', new URL('policy.local.json', home).pathname];
const TEST = [...LOCAL, '--allow-test-root'];

async function reportOf(args: readonly string[]): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await runVerifier([...args, '--json']);
  if (err !== '') throw new Error(err);
  return { ...reportSchema.parse(JSON.parse(out)), code };
}

const failed = ({ checks }: Report): readonly string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

async function auditor(
  t: ExecutionContext,
): Promise<{ world: World; at: (name: string) => string }> {
  const world = await createWorld({ agent: { pccs: true } });
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-audit-'));
  t.teardown(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { world, at: (name) => join(folder, name) };
}

/** Saves the receipt of a new account. */
async function saveReceipt(world: World, path: string): Promise<Person> {
  const person = await world.person();
  await world.sign(person);
  await world.untilComplete(person);
  const { body } = await world.call('GET', `/api/keys/${person.keyId}/bootstrap/receipt`, {
    token: person.token,
  });
  await writeFile(path, JSON.stringify(body));
  return person;
}

test('a running local service is accepted with --allow-test-root, and every check is printed', async (t) => {
  const { world } = await auditor(t);
  const { code, out } = await runVerifier([world.url, ...TEST]);
  t.is(code, 0, out);
  for (const id of CHECK_IDS) t.regex(out, new RegExp(`^  (?:pass|info|skip)  ${id}\\b`, 'm'), id);
  t.regex(out, /simulated document/);
  t.regex(out, /\nACCEPTED/);
});

test('without it the command exits with 1 and states that the document is simulated', async (t) => {
  const { world } = await auditor(t);
  const { code, out } = await runVerifier([world.url, ...LOCAL]);
  t.is(code, 1);
  t.regex(out, /simulated document/);
  t.regex(out, /fail {2}quote\.pck-chain/);
  const report = await reportOf([world.url, ...LOCAL]);
  t.deepEqual(failed(report), ['quote.pck-chain']);
  t.is(report.hardware, 'simulated');
  t.is((await reportOf([world.url])).code, 1);
});

test('output to a terminal differs only in color', async (t) => {
  const { world, at } = await auditor(t);
  await runVerifier(['capture', world.url, '-o', at('now.json')]);
  const time = ['--at', new Date().toISOString()];
  const plain = await runVerifier([at('now.json'), ...TEST, ...time]);
  const painted = await runVerifier([at('now.json'), ...TEST, ...time], true);
  t.not(painted.out, plain.out);
  t.is(stripVTControlCharacters(painted.out), plain.out);
});

test('a captured document verifies offline with its nonce, and without it as of its time', async (t) => {
  const { world, at } = await auditor(t);
  const nonce = '7c'.repeat(32);
  const captured = await runVerifier([
    'capture',
    world.url,
    '-o',
    at('now.json'),
    '--nonce',
    nonce,
  ]);
  t.is(captured.code, 0);
  t.true(captured.out.includes(nonce));
  const asked = await reportOf([at('now.json'), ...TEST, '--nonce', nonce, '--offline']);
  t.is(asked.code, 0);
  t.is(statusOf(asked, 'statement.nonce'), 'pass');
  const unasked = await reportOf([at('now.json'), ...TEST, '--offline']);
  t.is(unasked.code, 0);
  t.is(statusOf(unasked, 'statement.nonce'), 'info');
  const other = await reportOf([at('now.json'), ...TEST, '--nonce', '00'.repeat(32), '--offline']);
  t.is(other.code, 1);
  t.deepEqual(failed(other), ['statement.nonce']);
  const hourAgo = new Date(Date.now() + 3_600_000).toISOString();
  const late = await reportOf([at('now.json'), ...TEST, '--nonce', nonce, '--at', hourAgo]);
  t.deepEqual(failed(late), ['statement.fresh']);
});

test('a document without collateral is verified with collateral from a provisioning cache or a file', async (t) => {
  const { world, at } = await auditor(t);
  await runVerifier(['capture', world.url, '-o', at('now.json')]);
  const { collateral, ...rest } = JSON.parse(await readFile(at('now.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  await writeFile(at('bare.json'), JSON.stringify({ ...rest, collateral: null }));
  await writeFile(at('collateral.json'), JSON.stringify(collateral));
  const without = await reportOf([at('bare.json'), ...TEST, '--offline']);
  t.is(without.code, 1);
  t.is(statusOf(without, 'collateral.format'), 'skip');
  const file = ['--collateral', at('collateral.json'), '--offline'];
  t.is((await reportOf([at('bare.json'), ...TEST, ...file])).code, 0);
  const pccs = world.agent.pccs?.url ?? '';
  t.is((await reportOf([at('bare.json'), ...TEST, '--pccs', pccs])).code, 0);
  const [unneeded] = (await reportOf([at('now.json'), ...TEST, '--pccs', pccs])).headlines;
  t.regex(unneeded ?? '', /^--pccs was not used: the document contains collateral/);
  await writeFile(at('broken.json'), JSON.stringify({ ...rest, collateral: null, quote: '00' }));
  const [broken] = (await reportOf([at('broken.json'), ...TEST, '--pccs', pccs])).headlines;
  t.regex(broken ?? '', /^--pccs was not used: the (?:platform|document)/);
  world.agent.pccs?.setFault('garbage');
  t.is((await runVerifier([at('bare.json'), ...TEST, '--pccs', pccs])).code, 2);
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const { code, err } = await runVerifier([at('bare.json'), ...TEST, '--pccs', nobody]);
  t.is(code, 2);
  t.true(err.includes(`no collateral could be fetched from ${nobody}: nothing listens there`), err);
});

test('--previous accepts a later start and rejects a rolled-back volume and another volume', async (t) => {
  const { world, at } = await auditor(t);
  await runVerifier(['capture', world.url, '-o', at('first.json')]);
  await world.stop();
  await world.start();
  await runVerifier(['capture', world.url, '-o', at('second.json')]);
  const onward = await reportOf([at('second.json'), ...TEST, '--previous', at('first.json')]);
  t.is(onward.code, 0);
  t.is(statusOf(onward, 'state.monotonic'), 'pass');
  const back = await reportOf([at('first.json'), ...TEST, '--previous', at('second.json')]);
  t.deepEqual([back.code, ...failed(back)], [1, 'state.monotonic']);
  await world.forget();
  const forgot = await reportOf([world.url, ...TEST, '--previous', at('second.json')]);
  t.deepEqual([forgot.code, ...failed(forgot)], [1, 'state.monotonic']);
});

test('--receipt accepts a receipt of the captured boot, and each other receipt fails at its check', async (t) => {
  const { world, at } = await auditor(t);
  await saveReceipt(world, at('receipt.json'));
  await runVerifier(['capture', world.url, '-o', at('boot.json')]);
  const judge = (receipt: string, bundle = at('boot.json')) =>
    reportOf([bundle, ...TEST, '--offline', '--receipt', receipt]);
  t.is((await judge(at('receipt.json'))).code, 0);
  const { receipt } = JSON.parse(await readFile(at('receipt.json'), 'utf8')) as { receipt: string };
  await writeFile(at('receipt.jws'), `${receipt}\n`);
  t.is((await judge(at('receipt.jws'))).code, 0);
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  await writeFile(at('changed.jws'), `${header}.${payload.replace('A', 'B')}.${signature}`);
  t.deepEqual(failed(await judge(at('changed.jws'))), ['receipt.signature']);
  t.is((await runVerifier([at('boot.json'), ...TEST, '--receipt', at('none.jws')])).code, 2);
  await world.stop();
  await world.start();
  await runVerifier(['capture', world.url, '-o', at('next.json')]);
  const next = await judge(at('receipt.json'), at('next.json'));
  t.deepEqual([next.code, ...failed(next)], [1, 'receipt.key-attested']);
});

test('policy init of a live document, once reviewed, accepts that service and no other', async (t) => {
  const { world, at } = await auditor(t);
  await runVerifier(['capture', world.url, '-o', at('now.json')]);
  t.is((await runVerifier(['policy', 'init', at('now.json'), '-o', at('policy.json')])).code, 0);
  const policy = JSON.parse(await readFile(at('policy.json'), 'utf8')) as Record<string, unknown>;
  const args = [world.url, '--policy', at('policy.json'), '--allow-test-root'];
  const unread = await runVerifier(args);
  t.is(unread.code, 1);
  t.regex(unread.out, /"reviewed": false/);
  const application = { ...(policy['application'] as object), appIds: ['00'.repeat(20)] };
  await writeFile(at('policy.json'), JSON.stringify({ ...policy, reviewed: true, application }));
  const other = await reportOf(args);
  t.is(other.code, 1);
  t.is(statusOf(other, 'app.id'), 'fail');
});

/** Passes every request on to a service, and every response back, unchanged. */
async function startRelay(t: ExecutionContext, target: string): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const answer = (response: IncomingMessage): void => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    };
    incoming.pipe(request(new URL(incoming.url ?? '/', target), { method: 'GET' }, answer));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Creates a service with a fixed public origin, like a service behind a gateway. */
async function namedService(t: ExecutionContext): Promise<{ world: World; origin: string }> {
  const { world } = await auditor(t);
  const port = String(await freePort());
  const origin = `http://localhost:${port}`;
  await world.stop();
  await world.start({ PORT: port, PUBLIC_ORIGIN: origin, STATE_INIT: '1' });
  return { world, origin };
}

test('a service is accepted under the name that it attests, and a relay in front of it is not', async (t) => {
  const { origin } = await namedService(t);
  const direct = await reportOf([origin, ...TEST]);
  t.deepEqual(failed(direct), []);
  t.is(statusOf(direct, 'channel.name'), 'pass');
  const relay = await startRelay(t, origin);
  for (const url of [relay, relay.replace('127.0.0.1', 'localhost'), `${relay}/attestation`]) {
    const report = await reportOf([url, ...TEST]);
    t.is(report.code, 1);
    t.deepEqual(failed(report), ['channel.name']);
  }
});

test('nothing is saved or pinned from a relay', async (t) => {
  const { origin } = await namedService(t);
  const relay = await startRelay(t, origin);
  const { at } = await auditor(t);
  for (const args of [
    ['capture', relay, '-o', at('relayed.json')],
    ['policy', 'init', relay, '-o', at('relayed.json')],
  ]) {
    const { code, err } = await runVerifier(args);
    t.is(code, 1);
    t.regex(err, /channel\.name/);
    await t.throwsAsync(readFile(at('relayed.json')), { code: 'ENOENT' });
  }
  t.is((await runVerifier(['capture', origin, '-o', at('direct.json')])).code, 0);
  const bundle = await reportOf([at('direct.json'), ...TEST, '--offline']);
  t.is(bundle.code, 0);
  t.is(statusOf(bundle, 'channel.name'), 'info');
});
