/** The two sides of the bench are what they claim to be. */
import { test } from '../test.js';
import { DEFAULT_LIMITS, type EngineEnvironment } from '../../src/bootstrap/node-client.js';
import {
  environmentFor,
  ourSide,
  referenceSide,
  sample,
  type Side,
} from '../../scripts/bench/bootstrap.js';
import { startNode, type StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';

/** What is counted does not depend on how fast this machine is: no deadline ends a request. */
const patient = (node: StandInNode): EngineEnvironment => ({
  ...environmentFor(node),
  limits: { ...DEFAULT_LIMITS, requestDeadlineMs: 120_000, runDeadlineMs: 600_000 },
});

/** Counts the second of two accounts: the first one warms up. */
async function countOn(
  storage: 'sqlite' | 'postgres',
  sideOf: (node: StandInNode) => Side,
): Promise<{ requests: number; trips: number; signatures: number }> {
  const node = await startNode({ storage, latencyMs: 60 });
  const side = sideOf(node);
  try {
    await sample(side);
    const { requests, trips, signatures } = await sample(side);
    return { requests, trips, signatures };
  } finally {
    await side.environment.transport.close();
    await node.close();
  }
}

test('the reference plan takes 28 requests, ten trips and eleven signatures', async (t) => {
  const counted = await countOn('postgres', (node) => referenceSide(node, patient(node)));
  t.deepEqual(counted, { requests: 28, trips: 10, signatures: 11 });
});

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`our plan takes 20 requests, four trips and ten signatures on ${storage}`, async (t) => {
    const counted = await countOn(storage, (node) =>
      ourSide(node, patient(node), async () => undefined),
    );
    t.deepEqual(counted, { requests: 20, trips: 4, signatures: 10 });
  });
}

test('the reference plan fails on a node with SQLite, as it does in production', async (t) => {
  await t.throwsAsync(
    countOn('sqlite', (node) => referenceSide(node, patient(node))),
    { code: 'ERR_NODE_FAILED' },
  );
});
