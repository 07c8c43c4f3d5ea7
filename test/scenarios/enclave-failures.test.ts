/**
 * Tests an enclave that fails after the start: evidence is refused with a code, and signing
 * continues.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentSchema } from '../../attestation/schema/document.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { test } from '../test.js';
import { createWorld, isSignedBy } from './world.js';

/**
 * Each missing response costs this much, and a genuine response of a busy machine must take less.
 */
const DEADLINE_MS = 3_000;

/** Longer than the service reuses its last check of the enclave. */
const LOOK_AGAIN_MS = 1_050;

/** Creates a clock that runs with real time and can be moved ahead of it. */
function movableClock() {
  let aheadMs = 0;
  return { clock: () => Date.now() + aheadMs, move: (ms: number) => void (aheadMs += ms) };
}

const NONCE = 'cd'.repeat(32);
const FAULTS = [
  ['error', 'ERR_ENCLAVE_REPLY', 'wrong-answer'],
  ['wrong-shape', 'ERR_ENCLAVE_REPLY', 'wrong-answer'],
  ['close', 'ERR_ENCLAVE_UNAVAILABLE', 'no-answer'],
  ['hang', 'ERR_ENCLAVE_UNAVAILABLE', 'no-answer'],
] as const;

for (const [fault, code, reason] of FAULTS) {
  test(`with the enclave fault ${fault} evidence is refused with ${code}, and signing continues`, async (t) => {
    const { clock, move } = movableClock();
    const world = await createWorld({ clock, tuning: { enclaveDeadlineMs: DEADLINE_MS } });
    t.teardown(() => world.close());
    const person = await world.person();
    t.is((await world.call('GET', '/readyz')).status, 200);
    world.agent.setFault(fault);
    move(LOOK_AGAIN_MS);
    const quoted = await world.call('GET', `/attestation?nonce=${NONCE}`);
    t.is(quoted.status, 503);
    t.is(quoted.body['code'], code);
    const plain = await world.call('GET', '/attestation');
    t.is(plain.status, 503);
    t.is(plain.body['code'], 'ERR_ENCLAVE_UNAVAILABLE');
    const ready = await world.call('GET', '/readyz');
    t.is(ready.status, 503);
    t.is(ready.body['code'], 'ERR_NOT_READY');
    t.deepEqual(ready.body['unready'], [{ part: 'enclave', reason }]);
    t.regex(await world.metrics(), /^sealwright_ready\{part="enclave"\} 0$/m);
    const message = world.appSignIn(person);
    t.true(isSignedBy(await world.sign(person, message), message, person));
    world.agent.setFault();
    move(LOOK_AGAIN_MS);
    t.is((await world.call('GET', `/attestation?nonce=${NONCE}`)).status, 200);
    t.is((await world.call('GET', '/readyz')).status, 200);
  });
}

test('a quote over other report data is never passed on, and signing continues', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  world.agent.setFault('other-report-data');
  const quoted = await world.call('GET', `/attestation?nonce=${NONCE}`);
  t.is(quoted.status, 503);
  t.is(quoted.body['code'], 'ERR_ENCLAVE_REPLY');
  const message = world.appSignIn(person);
  t.true(isSignedBy(await world.sign(person, message), message, person));
  world.agent.setFault();
  t.is((await world.call('GET', `/attestation?nonce=${NONCE}`)).status, 200);
});

test('an enclave that fails after the start stops evidence but not signatures', async (t) => {
  const { clock, move } = movableClock();
  const world = await createWorld({ clock });
  t.teardown(() => world.close());
  const person = await world.person();
  await world.agent.close();
  move(LOOK_AGAIN_MS);
  for (const path of [`/attestation?nonce=${NONCE}`, '/attestation', '/readyz']) {
    const { status, body } = await world.call('GET', path);
    t.is(status, 503, path);
    t.is(body['code'], path === '/readyz' ? 'ERR_NOT_READY' : 'ERR_ENCLAVE_UNAVAILABLE', path);
  }
  const message = world.appSignIn(person);
  t.true(isSignedBy(await world.sign(person, message), message, person));
});

test('a guest agent whose socket was replaced is found again', async (t) => {
  const { clock, move } = movableClock();
  const folder = await mkdtemp(join(tmpdir(), 'agent-'));
  const socketPath = join(folder, 'dstack.sock');
  const world = await createWorld({ clock, agent: { socketPath } });
  const person = await world.person();
  await world.agent.close();
  move(LOOK_AGAIN_MS);
  t.is((await world.call('GET', '/readyz')).status, 503);
  const restarted = await startGuestAgent({ socketPath });
  t.teardown(async () => {
    await world.close();
    await restarted.close();
    await rm(folder, { recursive: true });
  });
  move(LOOK_AGAIN_MS);
  t.is((await world.call('GET', '/readyz')).status, 200);
  t.is((await world.call('GET', `/attestation?nonce=${NONCE}`)).status, 200);
  t.is((await world.sign(person)).status, 200);
});

test('an agent as old as dstack 0.5.1 is enough to sign and to be attested', async (t) => {
  const world = await createWorld({ agent: { isOld: true } });
  t.teardown(() => world.close());
  t.true(world.agent.requests.some(({ method }) => method === 'Version'));
  const { status, body } = await world.call('GET', `/attestation?nonce=${NONCE}`);
  t.is(status, 200);
  t.is(documentSchema.parse(body).vm_config, '');
  t.is((await world.sign(await world.person())).status, 200);
});

const AT_START = [
  ['error', 'GetKey', 'ERR_ENCLAVE_REPLY'],
  ['error', 'Info', 'ERR_ENCLAVE_REPLY'],
  ['error', 'GetQuote', 'ERR_ENCLAVE_REPLY'],
  ['wrong-shape', 'GetKey', 'ERR_ENCLAVE_REPLY'],
  ['wrong-shape', 'Info', 'ERR_ENCLAVE_REPLY'],
  ['wrong-shape', 'GetQuote', 'ERR_ENCLAVE_REPLY'],
  ['hang', 'GetKey', 'ERR_ENCLAVE_UNAVAILABLE'],
  ['hang', 'Info', 'ERR_ENCLAVE_UNAVAILABLE'],
  ['hang', 'GetQuote', 'ERR_ENCLAVE_UNAVAILABLE'],
  ['close', 'GetQuote', 'ERR_ENCLAVE_UNAVAILABLE'],
  ['other-report-data', 'GetQuote', 'ERR_ENCLAVE_REPLY'],
] as const;

test('a service does not start if any required enclave call fails', async (t) => {
  const world = await createWorld({ tuning: { enclaveDeadlineMs: DEADLINE_MS } });
  t.teardown(() => world.close());
  for (const [fault, method, code] of AT_START) {
    await world.stop();
    world.agent.setFault(fault, method);
    await t.throwsAsync(world.start(), { code }, `${fault} at ${method}`);
    world.agent.setFault();
    await world.start();
  }
});

test('a service on a simulator states it in each line of its start', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const lines = world.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
  const started = lines.findIndex(({ event }) => event === 'started');
  t.true(started >= 0);
  for (const line of lines.slice(0, started + 1)) t.is(line['mode'], 'simulated');
});
