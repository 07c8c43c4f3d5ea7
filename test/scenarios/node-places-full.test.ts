/**
 * Tests 600 fresh accounts at once with the settings of production, against a node with the thread
 * limit of a real one. It takes about twelve minutes, so it is part of a full run only.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { type ServiceProcess, startServiceProcess } from '../../scripts/local/service-process.js';
import { IS_FULL } from '../sample.js';
import { createNodeClient } from '../stand-ins/node-client.js';
import { createOwner } from '../stand-ins/owner.js';
import { test } from '../test.js';
import { outcomeOf, type Person, sleep, World } from './world.js';

const PEOPLE = 600;
/** One of this many people asks when the account will be ready. */
const ASKS_EVERY = 15;
const OWNERS = 20;
const LIMIT = { threads: 512, idleMs: 300_000 };
const QUIET_MS = 30_000;
/** Set-ups end at a precision of a slot of the budget and of a look at what is free. */
const PRECISION_MS = 10_000;

/** A deployment whose service is a process of its own. */
class WorldOfProcess extends World {
  service: ServiceProcess | undefined;

  override get url(): string {
    return this.service?.url ?? '';
  }
}

async function createScene(): Promise<WorldOfProcess> {
  const node = await startNode({ storage: 'postgres', sqlThreads: LIMIT });
  const agent = await startGuestAgent({ port: 0 });
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-test-'));
  const env = {
    TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0',
    TINYCLOUD_BOOTSTRAP_NODE_BUDGET: '200',
    LOG_LEVEL: 'info',
  };
  const world = new WorldOfProcess(node, agent, dataDir, { env });
  world.service = await startServiceProcess(world.env());
  return world;
}

/** Queries databases of other accounts, and returns how long each reply took. */
function keepQuerying(world: World): { takeMs(): readonly number[]; end(): Promise<void> } {
  const client = createNodeClient(world.node.url);
  const owners = Array.from({ length: OWNERS }, (_, at) => createOwner(at + 1));
  const state = { isOver: false, tookMs: [] as number[] };
  const work = async (): Promise<void> => {
    for (const owner of owners) await client.host(owner, 'account');
    while (!state.isOver) {
      for (const owner of owners) {
        const sentAtMs = performance.now();
        const query = { action: 'query', sql: 'SELECT 1' };
        const { status } = await client.sql(owner, 'account', query, ['tinycloud.sql/read']);
        state.tookMs.push(status === 200 ? performance.now() - sentAtMs : Infinity);
        await sleep(25);
      }
    }
  };
  const working = work();
  return {
    takeMs: () => state.tookMs.splice(0),
    end: async () => {
      state.isOver = true;
      await working;
    },
  };
}

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;

async function inWorkers(people: readonly Person[], work: (person: Person) => Promise<void>) {
  const left = [...people];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

type Told = { readonly atMs: number; readonly expectedAtMs: number };

/** Asks until the account is complete. Returns what was told, and when it was complete. */
async function followTelling(world: World, person: Person) {
  const told: Told[] = [];
  for (;;) {
    const { body } = await world.bootstrapOf(person);
    const { status, expectedAt, completedAt } = body;
    if (status === 'complete') return { told, completedAtMs: Date.parse(String(completedAt)) };
    if (typeof expectedAt === 'string') {
      told.push({ atMs: Date.now(), expectedAtMs: Date.parse(expectedAt) });
    }
    await sleep(5_000);
  }
}

if (IS_FULL) {
  test('600 fresh accounts at once complete as they are told, and SQL of others goes on', async (t) => {
    t.timeout(1_800_000);
    const world = await createScene();
    t.teardown(async () => {
      await world.service?.stop();
      await world.close();
    });
    const people: Person[] = [];
    for (let person = 0; person < PEOPLE; person += 1) people.push(await world.person());
    const queries = keepQuerying(world);
    await sleep(QUIET_MS);
    const quiet = queries.takeMs();

    const beganAtMs = Date.now();
    await inWorkers(people, async (person) => {
      // A client repeats a request whose connection the service had closed because it was idle.
      const answer = await world.sign(person).catch(() => world.sign(person));
      t.is(answer.status, 200);
      t.is(outcomeOf(answer).status, 'pending');
    });
    const signedInMs = Date.now() - beganAtMs;
    const asking = people.filter((_, at) => at % ASKS_EVERY === 0);
    const followed = await Promise.all(asking.map((person) => followTelling(world, person)));
    for (const person of people) await world.untilComplete(person, 900_000);
    const busy = queries.takeMs();
    await queries.end();

    const errors = followed.flatMap(({ told, completedAtMs }) =>
      told.map(({ atMs, expectedAtMs }) => {
        const [actualMs, toldMs] = [completedAtMs - atMs, expectedAtMs - atMs];
        const part = Math.max(0, Math.abs(toldMs - actualMs) - PRECISION_MS) / actualMs;
        return { part, afterMs: atMs - beganAtMs, actualMs, toldMs };
      }),
    );
    const worst = errors.toSorted((a, b) => b.part - a.part).slice(0, 5);
    const threads = world.node.inspect.sqlThreads();
    t.log({
      signedInMs,
      completeAfterS: Math.round((Date.now() - beganAtMs) / 1_000),
      samplesCompleteAfterS: followed.map(({ completedAtMs }) =>
        Math.round((completedAtMs - beganAtMs) / 1_000),
      ),
      told: errors.length,
      worst,
      quietP99Ms: percentile(quiet, 0.99).toFixed(1),
      busyP99Ms: percentile(busy, 0.99).toFixed(1),
      queries: [quiet.length, busy.length],
      threads,
    });
    t.true(errors.length > 0 && errors.every(({ part }) => part <= 0.5));
    t.true((threads?.peak ?? Infinity) < LIMIT.threads);
    t.true(percentile(busy, 0.99) <= 3 * percentile(quiet, 0.99));
  });
}
