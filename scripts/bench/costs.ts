/**
 * Bench `costs`: what one account, one sign-in and one signature cost on PostgreSQL. The capacity
 * model is fed with them (`npm run bench -- capacity`); `--write` writes them to
 * `scripts/bench/costs.json`.
 *
 * The service, the database, and the stand-ins are processes of their own. CPU time and counters
 * are read before and after a number of operations, so nothing depends on how long they take.
 */
import { table } from '../../src/console/draw.js';
import { PostgresServer } from '../local/postgres-server.js';
import { type Bench, Started } from './bench.js';
import type { Costs, OperationCost } from './capacity-model.js';
import { cpuMsOf, cpuMsOfFamily } from './child-process.js';
import {
  appSignIn,
  createPerson,
  type Person,
  setUpAccount,
  startPlace,
  startService,
} from './service-side.js';

const AT_ONCE = 4;
const ACCOUNTS = 40;
const SIGN_INS = 200;
const SIGNATURES = 1_000;
/** The database publishes what its connections have counted within a second. */
const COUNTERS_MS = 2_000;

const COUNTERS = `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal,
pg_total_relation_size('document') + pg_total_relation_size('log_entry') AS stored,
(SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS transactions`;

type Reading = { readonly [Member in keyof OperationCost]: number };

/** Executes work `count` times, some of it at the same time. */
async function repeat(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Reads the counters of the service and of the database. */
function readerOf(servicePid: number, server: PostgresServer, database: string) {
  return async (): Promise<Reading> => {
    await new Promise((done) => setTimeout(done, COUNTERS_MS));
    const serviceCpuUs = (await cpuMsOf(servicePid)) * 1_000;
    const databaseCpuUs = (await cpuMsOfFamily(server.pid)) * 1_000;
    const [row = {}] = await server.query(database, COUNTERS);
    return {
      serviceCpuUs,
      databaseCpuUs,
      walBytes: Number(row['wal']),
      storedBytes: Number(row['stored']),
      transactions: Number(row['transactions']),
    };
  };
}

const MEMBERS = [
  'serviceCpuUs',
  'databaseCpuUs',
  'walBytes',
  'storedBytes',
  'transactions',
] as const;

/** Returns the cost of one of `count` operations between two readings. */
function costBetween(before: Reading, after: Reading, count: number): OperationCost {
  const each = (member: (typeof MEMBERS)[number]): number =>
    Number(((after[member] - before[member]) / count).toPrecision(3));
  return {
    serviceCpuUs: each('serviceCpuUs'),
    databaseCpuUs: each('databaseCpuUs'),
    walBytes: each('walBytes'),
    storedBytes: each('storedBytes'),
    transactions: each('transactions'),
  };
}

async function measureCosts(started: Started): Promise<Costs> {
  const server = await PostgresServer.start();
  started.add({ stop: () => server.close() });
  const databaseUrl = await server.createDatabase();
  const place = await startPlace(started);
  const settings = { DATA_DIR: '', DATABASE_URL: databaseUrl };
  const { url, pid } = await startService(started, 'postgres', place, { settings });
  const read = readerOf(pid, server, 'd1');
  // The first ones warm up.
  await repeat(AT_ONCE, async () => setUpAccount(await createPerson(url)));
  const people: Person[] = [];
  const measure = async (count: number, work: (index: number) => Promise<unknown>) => {
    const before = await read();
    await repeat(count, work);
    return costBetween(before, await read(), count);
  };
  const account = await measure(ACCOUNTS, async () => {
    const person = await createPerson(url);
    await setUpAccount(person);
    people.push(person);
  });
  const of = (index: number): Person => {
    const person = people[index % people.length];
    if (person === undefined) throw new TypeError('There are people.');
    return person;
  };
  const signIn = await measure(SIGN_INS, (index) => of(index).client.signIn(of(index).wallet));
  const messages = people.map(appSignIn);
  const signature = await measure(SIGNATURES, (index) => {
    const { client, keyId } = of(index);
    return client.sign(keyId, messages[index % messages.length] ?? '');
  });
  return { account, signIn, signature };
}

export const benchCosts: Bench = async ({ print }) => {
  const started = new Started();
  try {
    const costs = await measureCosts(started);
    const rows = Object.entries(costs).map(([name, cost]) => [
      name,
      ...MEMBERS.map((member) => String(cost[member])),
    ]);
    for (const line of table([['one', ...MEMBERS], ...rows])) print(line);
    return { costs };
  } finally {
    await started.stop();
  }
};
