/**
 * Tests that a run executes one step in each turn that it gets, so that signatures need not wait.
 */
import { Wallet } from 'ethers';
import { environmentFor } from '../../scripts/bench/bootstrap.js';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createNodeIdentity } from '../../src/bootstrap/node-identity.js';
import { createRun } from '../../src/bootstrap/run.js';
import { PLAN } from '../../src/bootstrap/plan.js';
import { runBootstrap } from '../../src/bootstrap/run-bootstrap.js';
import { createEngine, DEFAULT_TUNING } from '../../src/compose/compose-provisioning.js';
import { parseConfig } from '../../src/config.js';
import { parseAddress } from '../../src/protocol/address.js';
import { parseHex } from '../../src/protocol/bytes.js';
import { test } from '../test.js';

test('in a turn, a run signs one message, sends one request, or completes one task', async (t) => {
  const node = await startNode({ storage: 'postgres', latencyMs: 5 });
  t.teardown(() => node.close());
  const { transport, turn, ...environment } = environmentFor(node);
  t.teardown(() => transport.close());
  const wallet = Wallet.createRandom();
  let step: string[] = [];
  const steps = [step];
  await runBootstrap(createRun(environment.randomBytes(32), environment.clock()), {
    environment: {
      ...environment,
      turn: async () => {
        await turn();
        steps.push((step = []));
      },
      transport: {
        send: (request) => {
          step.push(`sends ${request.path}`);
          return transport.send(request);
        },
        close: () => transport.close(),
      },
    },
    identity: createNodeIdentity(node.nodeDid, {
      find: async () => undefined,
      save: async () => undefined,
    }),
    signer: {
      owner: { chainId: 1, address: parseAddress(wallet.address) },
      sign: async (text) => {
        step.push('signs');
        return parseHex((await wallet.signMessage(text)).slice(2));
      },
    },
    domain: 'keys.example',
    save: async () => undefined,
    onTask: (id, status) => {
      if (status === 'done') step.push(`completes ${id}`);
    },
    signal: new AbortController().signal,
  });
  const expected = { signs: 10, sends: 21, completes: PLAN.length };
  for (const [word, count] of Object.entries(expected)) {
    t.is(steps.flat().filter((event) => event.startsWith(word)).length, count, word);
  }
  t.deepEqual(
    steps.filter((events) => events.length > 1),
    [],
  );
});

test('the steps of the runs of a service have a turn of the loop each', async (t) => {
  const { turn, transport } = createEngine(
    parseConfig({
      SEALWRIGHT_MODE: 'development',
      DATA_DIR: '/data',
      TINYCLOUD_BOOTSTRAP_HOST: 'http://127.0.0.1:9',
      PUBLIC_ORIGIN: 'http://localhost:3000',
    }),
    DEFAULT_TUNING,
    { clock: Date.now, randomBytes: (length) => new Uint8Array(length) },
  );
  t.teardown(() => transport.close());
  const done: string[] = [];
  const steps = ['a', 'b', 'c'].map((name) => turn().then(() => done.push(name)));
  await steps[0];
  t.deepEqual(done, ['a']);
  await Promise.all(steps);
});
