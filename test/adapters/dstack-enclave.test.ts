import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.js';
import { createDstackEnclave } from '../../src/adapters/dstack-enclave.js';
import type { Enclave } from '../../src/keys/enclave.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';

const CALLS: readonly (readonly [string, (enclave: Enclave) => Promise<unknown>])[] = [
  ['getKey', (enclave) => enclave.getKey('a', 'b')],
  ['getInfo', (enclave) => enclave.getInfo()],
  ['getQuote', (enclave) => enclave.getQuote(new Uint8Array(64))],
];

const FAULTS = [
  ['error', 'ERR_ENCLAVE_REPLY'],
  ['wrong-shape', 'ERR_ENCLAVE_REPLY'],
  ['hang', 'ERR_ENCLAVE_UNAVAILABLE'],
  ['close', 'ERR_ENCLAVE_UNAVAILABLE'],
] as const;

for (const [name, call] of CALLS) {
  test(`${name} answers what the agent has`, async (t) => {
    const agent = await startGuestAgent({ port: 0 });
    t.teardown(() => agent.close());
    await t.notThrowsAsync(call(createDstackEnclave({ endpoint: agent.endpoint })));
  });

  for (const [fault, code] of FAULTS) {
    test(`${name} says ${code} for an agent with fault ${fault}`, async (t) => {
      const agent = await startGuestAgent({ port: 0, fault });
      t.teardown(() => agent.close());
      const enclave = createDstackEnclave({ endpoint: agent.endpoint, deadlineMs: 300 });
      await t.throwsAsync(call(enclave), { code });
    });
  }

  test(`${name} says that no enclave is there`, async (t) => {
    const endpoint = join(tmpdir(), 'no-such-dstack.sock');
    const enclave = createDstackEnclave({ endpoint, deadlineMs: 300 });
    await t.throwsAsync(call(enclave), { code: 'ERR_ENCLAVE_UNAVAILABLE' });
  });
}
