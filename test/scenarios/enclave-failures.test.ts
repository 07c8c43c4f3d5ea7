/** An enclave that goes bad after the start: evidence is refused with a code, and signing goes on. */
import test from 'ava';
import { createWorld, isSignedBy, sleep } from './world.js';

const NONCE = 'cd'.repeat(32);
const FAULTS = [
  ['error', 'ERR_ENCLAVE_REPLY'],
  ['wrong-shape', 'ERR_ENCLAVE_REPLY'],
  ['close', 'ERR_ENCLAVE_UNAVAILABLE'],
  ['hang', 'ERR_ENCLAVE_UNAVAILABLE'],
] as const;

for (const [fault, code] of FAULTS) {
  test(`with an enclave of fault ${fault} evidence says ${code}, and signing goes on`, async (t) => {
    const world = await createWorld({ tuning: { enclaveDeadlineMs: 300 } });
    t.teardown(() => world.close());
    const person = await world.person();
    t.is((await world.call('GET', '/readyz')).status, 200);
    world.agent.setFault(fault);
    await sleep(1_050);
    const quoted = await world.call('GET', `/attestation?nonce=${NONCE}`);
    t.is(quoted.status, 503);
    t.is(quoted.body['code'], code);
    const plain = await world.call('GET', '/attestation');
    t.is(plain.status, 503);
    t.is(plain.body['code'], 'ERR_ENCLAVE_UNAVAILABLE');
    const ready = await world.call('GET', '/readyz');
    t.is(ready.status, 503);
    t.is(ready.body['code'], 'ERR_NOT_READY');
    const message = world.appSignIn(person);
    t.true(isSignedBy(await world.sign(person, message), message, person));
    world.agent.setFault();
    await sleep(1_050);
    t.is((await world.call('GET', `/attestation?nonce=${NONCE}`)).status, 200);
    t.is((await world.call('GET', '/readyz')).status, 200);
  });
}

test('a service on a simulator says so in each line of its start', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const lines = world.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
  const started = lines.findIndex(({ event }) => event === 'started');
  t.true(started >= 0);
  for (const line of lines.slice(0, started + 1)) t.is(line['mode'], 'simulated');
});
