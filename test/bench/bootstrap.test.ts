/** The two sides of the bench are what they claim to be. */
import { test } from '../test.js';
import {
  environmentFor,
  ourSide,
  referenceSide,
  sample,
  type Side,
} from '../../scripts/bench/bootstrap.js';
import { startNode, type StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';

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
  const counted = await countOn('postgres', (node) => referenceSide(node, environmentFor(node)));
  t.deepEqual(counted, { requests: 28, trips: 10, signatures: 11 });
});

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`our plan takes 19 requests, four trips and ten signatures on ${storage}`, async (t) => {
    const counted = await countOn(storage, (node) =>
      ourSide(node, environmentFor(node), async () => undefined),
    );
    t.deepEqual(counted, { requests: 19, trips: 4, signatures: 10 });
  });
}

test('the reference plan fails on a node with SQLite, as it does in production', async (t) => {
  await t.throwsAsync(
    countOn('sqlite', (node) => referenceSide(node, environmentFor(node))),
    { code: 'ERR_NODE_FAILED' },
  );
});
