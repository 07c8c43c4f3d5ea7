/**
 * Bench `sign`: signatures for complete accounts, over HTTP, for 1 and 100 users and 1 to 128
 * connections. Every answer must be a signature. The service, the baselines and the stand-ins are
 * processes of their own; each round measures all sides one after another.
 *
 * Baselines: a bare server that hashes and signs; the same service with SIGNER=ethers, which also
 * hashes in JavaScript; the same service on PostgreSQL, if this machine has it; and, with
 * `--before COMMIT`, the service of that commit. `BENCH_USERS` sets the number of users.
 */
import { table } from '../../src/console/draw.js';
import { HAS_POSTGRES, PostgresServer } from '../local/postgres-server.js';
import { type Bench, type BenchResult, type BenchSettings, ratioOf, Started } from './bench.js';
import { startScript } from './child-process.js';
import { measureDisk } from './measure-disk.js';
import { type Load, type LoadSample, measureLoad, mediansOf, warmUp } from './measure-load.js';
import {
  appSignIn,
  createPerson,
  type Place,
  requestFor,
  type ServiceOptions,
  setUpAccount,
  type SignRequest,
  startPlace,
  startService,
} from './service-side.js';

const USERS = Number(process.env['BENCH_USERS'] ?? 100);
const ROUNDS = 3;
/** How many accounts are set up at the same time before the measurement. */
const CREATED_AT_ONCE = 8;
/** Accounts are read back this long after they were created, which must not be measured. */
const READ_BACK_MS = 7_000;

/** A server with the requests of one user and of many. */
type Side = Pick<Load, 'name' | 'url' | 'pid'> & {
  readonly one: readonly SignRequest[];
  readonly many: readonly SignRequest[];
};

type Point = { readonly users: 'one' | 'many'; readonly connections: number };

const POINTS: readonly Point[] = [1, 8, 32, 128].flatMap((connections) => [
  { users: 'one', connections } as const,
  { users: 'many', connections } as const,
]);
const MAIN: Point = { users: 'many', connections: 32 };

async function createRequests(url: string, messages: number): Promise<readonly SignRequest[]> {
  const person = await createPerson(url);
  await setUpAccount(person);
  return Array.from({ length: messages }, () => requestFor(person, appSignIn(person)));
}

async function startSide(
  started: Started,
  name: string,
  place: Place,
  options: ServiceOptions = {},
): Promise<Side> {
  const service = await startService(started, name, place, options);
  const one = await createRequests(service.url, USERS);
  const many: SignRequest[] = [];
  const create = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      many.push(...(await createRequests(service.url, 1)));
    }
  };
  let left = USERS;
  await Promise.all(Array.from({ length: CREATED_AT_ONCE }, create));
  return { ...service, one, many };
}

async function startBare(started: Started): Promise<Side> {
  const bare = started.add(await startScript('bench/bare-server.js'));
  // As long as the message of an app.
  const body = JSON.stringify({ message: 'x'.repeat(3_500) });
  const headers = { 'content-type': 'application/json' };
  const requests = [{ method: 'POST', path: '/', headers, body } as const];
  return { name: 'bare', ...bare, one: requests, many: requests };
}

/** The same service on a database, which is a process of its own as well. */
async function startOnPostgres(started: Started, place: Place): Promise<readonly Side[]> {
  if (!HAS_POSTGRES) return [];
  const server = await PostgresServer.start();
  started.add({ stop: () => server.close() });
  const settings = { DATA_DIR: '', DATABASE_URL: await server.createDatabase() };
  return [await startSide(started, 'PostgreSQL', place, { settings })];
}

const keyOf = ({ name }: Pick<Side, 'name'>, { users, connections }: Point): string =>
  `${name}, ${users === 'one' ? 1 : USERS} users, ${connections} connections`;

async function measureAll(
  sides: readonly Side[],
  seconds: number,
): Promise<ReadonlyMap<string, LoadSample>> {
  const plan = sides.flatMap((side, index) =>
    (index === 0 ? POINTS : [MAIN]).map((point) => [side, point] as const),
  );
  const samples = new Map<string, LoadSample[]>();
  const loadOf = (side: Side, { connections, users }: Point): Load => ({
    ...side,
    requests: side[users],
    connections,
  });
  for (const [side, point] of plan) await warmUp(loadOf(side, point));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, point] of plan) {
      const sample = await measureLoad(loadOf(side, point), seconds);
      const key = keyOf(side, point);
      samples.set(key, [...(samples.get(key) ?? []), sample]);
    }
  }
  return new Map([...samples].map(([key, list]) => [key, mediansOf(list)]));
}

function report(
  sides: readonly Side[],
  medians: ReadonlyMap<string, LoadSample>,
  print: BenchSettings['print'],
): BenchResult {
  const rows = [...medians].map(([key, { perSecond, p50Ms, p99Ms, cpuUs }]) => [
    key,
    ...[perSecond, p50Ms, p99Ms, cpuUs].map(String),
  ]);
  const head = ['side', 'a second', 'p50 ms', 'p99 ms', 'CPU µs'];
  for (const line of table([head, ...rows])) print(line);
  const at = (name: string): LoadSample | undefined => medians.get(keyOf({ name }, MAIN));
  const own = at('service') ?? { perSecond: 0, cpuUs: 1 };
  const ratios = sides.slice(1).flatMap(({ name }) => {
    const { perSecond = 1, cpuUs = 0 } = at(name) ?? {};
    return [
      [`rate of ${name}`, ratioOf(own.perSecond, perSecond)],
      [`CPU of ${name}`, ratioOf(cpuUs, own.cpuUs)],
    ];
  });
  return { ratios: Object.fromEntries(ratios), points: Object.fromEntries(medians) };
}

export const benchSign: Bench = async ({ print, seconds, before }) => {
  const started = new Started();
  try {
    const place = await startPlace(started);
    const sides = [
      await startSide(started, 'service', place),
      await startBare(started),
      await startSide(started, 'ethers', place, { settings: { SIGNER: 'ethers' } }),
      ...(await startOnPostgres(started, place)),
      ...(before === undefined
        ? []
        : [await startSide(started, 'before', place, { entry: before })]),
    ];
    await new Promise((done) => setTimeout(done, READ_BACK_MS));
    const syncMs = await measureDisk(place.folder);
    return { syncMs, ...report(sides, await measureAll(sides, seconds), print) };
  } finally {
    await started.stop();
  }
};
