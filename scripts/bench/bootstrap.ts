/**
 * Bench `bootstrap`: the CPU time of a service for a fresh account (`bootstrap-cpu.ts`), and the
 * cost of a fresh account with our plan and with the reference plan, over
 * the same connection pool, at 0, 20 and 100 ms of injected latency. Both run on a node that
 * behaves as with PostgreSQL; ours also runs on one with SQLite, where the reference fails. Our
 * runs include making them durable with fsync.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { createUndiciNodeTransport } from '../../src/adapters/undici-node-transport.js';
import { createSealedDocuments } from '../../src/accounts/sealed-documents.js';
import { runRecordCodec } from '../../src/provisioning/run-record.js';
import { NodeClock } from '../../src/bootstrap/node-clock.js';
import { createNodeWriteLock } from '../../src/bootstrap/node-write-lock.js';
import { DEFAULT_LIMITS, type EngineEnvironment } from '../../src/bootstrap/node-client.js';
import { createNodeIdentity } from '../../src/bootstrap/node-identity.js';
import type { RootSigner } from '../../src/bootstrap/root-signer.js';
import { createRun, type BootstrapRun } from '../../src/bootstrap/run.js';
import { runBootstrap } from '../../src/bootstrap/run-bootstrap.js';
import { addressOfPublicKey } from '../../src/protocol/address.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { LoopTurns } from '../../src/runtime/loop-turns.js';
import { startNode, type StandInNode } from '../stand-ins/tinycloud-node/start-node.js';
import { table } from '../../src/console/draw.js';
import { type Bench, type BenchResult, type BenchSettings, ratioOf } from './bench.js';
import { measureBootstrapCpu } from './bootstrap-cpu.js';
import { runReferencePlan } from './reference-plan.js';
import { sequentialTrips } from './sequential-trips.js';
import { spreadOf, type Spread } from './statistics.js';

type Counted = { readonly signer: RootSigner; readonly count: () => number };

/** Creates the signer of a fresh account, which counts its signatures. */
export function createCountedSigner(): Counted {
  const ecdsa = createSecp256k1Ecdsa();
  const privateKey = new Uint8Array(randomBytes(32));
  const address = addressOfPublicKey(ecdsa.publicKeyOf(privateKey) ?? new Uint8Array());
  let signatures = 0;
  return {
    signer: {
      owner: { chainId: 1, address },
      sign: async (text) => {
        signatures += 1;
        return ecdsa.sign(personalMessageDigest(utf8(text)), privateKey);
      },
    },
    count: () => signatures,
  };
}

export type Side = {
  readonly node: StandInNode;
  readonly environment: EngineEnvironment;
  readonly provision: (signer: RootSigner) => Promise<void>;
};

export type Sample = {
  readonly requests: number;
  readonly trips: number;
  readonly signatures: number;
  readonly wallMs: number;
};

/** Provisions one fresh account, and counts its requests and signatures. */
export async function sample({ node, provision }: Side): Promise<Sample> {
  const { signer, count } = createCountedSigner();
  node.clearRequests();
  const startedAtMs = performance.now();
  await provision(signer);
  const wallMs = performance.now() - startedAtMs;
  const { requests } = node;
  return {
    requests: requests.length,
    trips: sequentialTrips(requests),
    signatures: count(),
    wallMs,
  };
}

export function environmentFor(node: StandInNode): EngineEnvironment {
  const clock = (): number => Date.now();
  const monotonicMs = (): number => performance.now();
  const turns = new LoopTurns();
  return {
    transport: createUndiciNodeTransport({ origin: node.url }),
    nodeWrites: createNodeWriteLock(monotonicMs),
    nodeClock: new NodeClock({ clock, monotonicMs }),
    clock,
    monotonicMs,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    turn: () => turns.next(),
    limits: DEFAULT_LIMITS,
  };
}

/** Returns our plan on a node. `save` makes a run durable. */
export function ourSide(
  node: StandInNode,
  environment: EngineEnvironment,
  save: (run: BootstrapRun) => Promise<void>,
): Side {
  const identity = createNodeIdentity(node.nodeDid, {
    find: async () => undefined,
    save: async () => undefined,
  });
  const provision = async (signer: RootSigner): Promise<void> => {
    await runBootstrap(createRun(environment.randomBytes(32), environment.clock()), {
      environment,
      identity,
      signer,
      domain: 'bench.example',
      save,
      signal: new AbortController().signal,
    });
  };
  return { node, environment, provision };
}

export function referenceSide(node: StandInNode, environment: EngineEnvironment): Side {
  return { node, environment, provision: (signer) => runReferencePlan(environment, signer) };
}

const LATENCIES_MS = [0, 20, 100];
const ROUNDS = 7;

type Row = Omit<Sample, 'wallMs'> & { readonly wallMs: Spread };

function summarize(samples: readonly Sample[]): Row {
  const [first] = samples;
  return {
    requests: first?.requests ?? 0,
    trips: first?.trips ?? 0,
    signatures: first?.signatures ?? 0,
    wallMs: spreadOf(samples.map(({ wallMs }) => wallMs)),
  };
}

async function measure(
  sides: ReadonlyMap<string, Side>,
  latencyMs: number,
): Promise<Map<string, Row>> {
  const samples = new Map([...sides.keys()].map((name) => [name, [] as Sample[]]));
  for (const { node } of sides.values()) node.setLatencyMs(latencyMs);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, side] of sides) {
      const taken = await sample(side);
      if (round >= 0) samples.get(name)?.push(taken);
    }
  }
  return new Map([...samples].map(([name, list]) => [name, summarize(list)]));
}

/** Creates durable storage for runs, like the service's. */
async function createDurableRuns(dataDir: string): Promise<{
  save: (run: BootstrapRun) => Promise<void>;
  close: () => Promise<void>;
}> {
  const store = await openJsonStateStore(dataDir);
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const key = random(32);
  const documents = createSealedDocuments(
    store,
    { documentKey: () => key.slice() },
    { appId: 'bench', randomBytes: random },
  );
  const subject = { userId: 'u', keyId: 'u-0', chainId: 1, nodeOrigin: 'http://127.0.0.1' };
  return {
    save: async (run) => {
      const id = Buffer.from(run.seed).toString('hex');
      const expected = await documents.generationOf('run', id);
      const plain = runRecordCodec.encode({ subject, run });
      await documents.commit([{ change: 'put', kind: 'run', id, expected, plain }]);
    },
    close: () => store.close(),
  };
}

async function comparePlans(print: BenchSettings['print']): Promise<BenchResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  const durable = await createDurableRuns(dataDir);
  const [postgres, sqlite] = [
    await startNode({ storage: 'postgres' }),
    await startNode({ storage: 'sqlite' }),
  ];
  const shared = environmentFor(postgres);
  const sides = new Map([
    ['ours, PostgreSQL', ourSide(postgres, shared, durable.save)],
    ['ours, SQLite', ourSide(sqlite, environmentFor(sqlite), durable.save)],
    ['reference, PostgreSQL', referenceSide(postgres, shared)],
  ]);
  const results: Record<string, unknown> = {};
  const ratios: Record<string, number> = {};
  try {
    for (const latencyMs of LATENCIES_MS) {
      const rows = await measure(sides, latencyMs);
      const reference = rows.get('reference, PostgreSQL')?.wallMs.median ?? 1;
      print(`latency ${latencyMs} ms, ${ROUNDS} rounds`);
      const lines = table([
        ['  plan', 'requests', 'trips', 'signatures', 'wall ms (min..max)', 'of reference'],
        ...[...rows].map(([name, row]) => [
          `  ${name}`,
          String(row.requests),
          String(row.trips),
          String(row.signatures),
          `${row.wallMs.median} (${row.wallMs.min}..${row.wallMs.max})`,
          (row.wallMs.median / reference).toFixed(2),
        ]),
      ]);
      for (const line of lines) print(line);
      results[`latency${latencyMs}`] = Object.fromEntries(rows);
      const own = rows.get('ours, PostgreSQL')?.wallMs.median ?? 1;
      ratios[`wall of the reference at ${latencyMs} ms`] = ratioOf(reference, own);
    }
  } finally {
    for (const { environment } of sides.values()) await environment.transport.close();
    await postgres.close();
    await sqlite.close();
    await durable.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  return { ratios, ...results };
}

export const benchBootstrap: Bench = async (settings) => {
  const plans = await comparePlans(settings.print);
  const cpu = await measureBootstrapCpu(settings);
  return { ...plans, ...cpu, ratios: { ...plans.ratios, ...cpu.ratios } };
};
