import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { ServiceError } from '../../src/errors.js';
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
  test(`${name} returns the data of the agent`, async (t) => {
    const agent = await startGuestAgent({ port: 0 });
    t.teardown(() => agent.close());
    await t.notThrowsAsync(call(createDstackEnclave({ endpoint: agent.endpoint })));
  });

  for (const [fault, code] of FAULTS) {
    test(`${name} rejects ${code} for an agent with fault ${fault}`, async (t) => {
      const agent = await startGuestAgent({ port: 0, fault });
      t.teardown(() => agent.close());
      const deadlineMs = fault === 'hang' ? 300 : 60_000;
      const enclave = createDstackEnclave({ endpoint: agent.endpoint, deadlineMs });
      await t.throwsAsync(call(enclave), { code });
    });
  }

  test(`${name} rejects if there is no enclave`, async (t) => {
    const endpoint = join(tmpdir(), 'no-such-dstack.sock');
    const enclave = createDstackEnclave({ endpoint, deadlineMs: 300 });
    await t.throwsAsync(call(enclave), { code: 'ERR_ENCLAVE_UNAVAILABLE' });
  });
}

/** Starts an agent that answers every call with the same object. */
async function agentSaying(t: ExecutionContext, reply: object): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const bound = server.address();
  return `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`;
}

test('a quote of an agent that omits vm_config has an empty one', async (t) => {
  const reply = { quote: 'ab'.repeat(632), event_log: '[]', report_data: '' };
  const enclave = createDstackEnclave({ endpoint: await agentSaying(t, reply) });
  const { vmConfig } = await enclave.getQuote(new Uint8Array(64));
  t.is(vmConfig, '');
});

test("a reply without a required member is rejected with the member's name and no value", async (t) => {
  const endpoint = await agentSaying(t, {
    app_id: 'ab'.repeat(20),
    instance_id: 'a value',
    tcb_info: '{}',
  });
  const error = await t.throwsAsync<ServiceError>(createDstackEnclave({ endpoint }).getInfo(), {
    code: 'ERR_ENCLAVE_REPLY',
  });
  const members = error?.detail['members'] as readonly string[];
  t.true(members.includes('compose_hash'));
  t.false(JSON.stringify(error?.detail).includes('a value'));
});
