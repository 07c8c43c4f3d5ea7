/**
 * Bench `sign`: signatures for complete accounts, over HTTP, for 1 and 100 users and 1 to 128
 * connections. Every answer must be a signature. The service, the baselines and the stand-ins are
 * processes of their own; each round measures all sides one after another.
 *
 * Baselines: a bare server that hashes and signs; the same service with SIGNER=ethers; and, if
 * `BENCH_BEFORE` names the `main.js` of another build, that service.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { Wallet } from 'ethers';
import { table } from '../../src/console/draw.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from '../local/service-process.js';
import { cpuMsOf, startScript } from './child-process.js';
import { spreadOf } from './statistics.js';

const USERS = 100;
const ROUNDS = 3;
const SECONDS = 3;
const READ_BACK_MS = 7_000;
const FREE = ['any', 'challenge', 'sign-in', 'sign-up', 'sign', 'probe', 'read']
  .map((name) => `${name}=1000000/60`)
  .join(',');

type Request = Readonly<Pick<autocannon.Request, 'method' | 'path' | 'headers' | 'body'>>;

/** A server with the requests of one user and of many. */
type Side = {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly one: readonly Request[];
  readonly many: readonly Request[];
  stop(): Promise<unknown>;
};

type Load = { readonly users: 'one' | 'many'; readonly connections: number };

const LOADS: readonly Load[] = [1, 8, 32, 128].flatMap((connections) => [
  { users: 'one', connections } as const,
  { users: 'many', connections } as const,
]);
const MAIN: Load = { users: 'many', connections: 32 };

const requestOf = (path: string, authorization: string, message: string): Request => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', authorization },
  body: JSON.stringify({ message }),
});

/** Signs in a new person, sets the account up, and returns requests to sign distinct messages. */
async function createUser(url: string, messages: number): Promise<readonly Request[]> {
  const client = new ServiceClient(url);
  const key = await client.signIn(new Wallet(`0x${randomBytes(32).toString('hex')}`));
  const { siwe } = composeAppSignIn(key.address, 'localhost:5173', Date.now());
  const { tinycloudBootstrap } = await client.sign(key.id, siwe);
  if (tinycloudBootstrap.status !== 'complete') throw new Error('An account is not complete.');
  return Array.from({ length: messages }, () => {
    const { siwe: message } = composeAppSignIn(key.address, 'localhost:5173', Date.now());
    return requestOf(`/api/keys/${key.id}/sign`, client.authorization, message);
  });
}

async function startService(
  name: string,
  place: { readonly agent: string; readonly node: string; readonly folder: string },
  { settings = {}, entry }: { readonly settings?: object; readonly entry?: string } = {},
): Promise<Side> {
  const environment = {
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: place.agent,
    TINYCLOUD_BOOTSTRAP_HOST: place.node,
    TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '25000',
    DATA_DIR: await mkdtemp(join(place.folder, 'd-')),
    STATE_INIT: '1',
    PORT: '0',
    PUBLIC_ORIGIN: 'http://localhost:3001',
    LOG_LEVEL: 'error',
    RATE_LIMITS: FREE,
    ...settings,
  };
  const service = await startServiceProcess(environment, entry);
  const one = await createUser(service.url, USERS);
  const many: Request[] = [];
  for (let count = 0; count < USERS; count += 1) many.push(...(await createUser(service.url, 1)));
  return { name, ...service, one, many, stop: () => service.stop() };
}

async function startBare(): Promise<Side> {
  const bare = await startScript('bench/bare-server.js');
  const message = 'x'.repeat(2_000);
  const requests = [requestOf('/', '', message)];
  return { name: 'bare', ...bare, one: requests, many: requests };
}

type Sample = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
};

async function measure(side: Side, { users, connections }: Load): Promise<Sample> {
  const requests = side[users];
  let clients = 0;
  const cpuBefore = await cpuMsOf(side.pid);
  const result = await autocannon({
    url: side.url,
    connections,
    duration: SECONDS,
    // Each connection begins at another request, so that they do not all ask for the same user.
    setupClient: (client) => {
      const at = Math.floor((clients / connections) * requests.length);
      clients += 1;
      client.setRequests([...requests.slice(at), ...requests.slice(0, at)]);
    },
  });
  const cpuMs = (await cpuMsOf(side.pid)) - cpuBefore;
  const answered = result['2xx'];
  if (result.non2xx + result.errors + result.timeouts > 0 || answered === 0) {
    throw new Error(`${side.name}: ${result.non2xx} answers are no signature.`);
  }
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuUs: (cpuMs * 1_000) / answered,
  };
}

/** Returns the median time of an append of one kilobyte with its `fdatasync`, in milliseconds. */
async function measureDisk(folder: string): Promise<number> {
  const file = await open(join(folder, 'sync'), 'a');
  const samples: number[] = [];
  for (let count = 0; count < 200; count += 1) {
    const startedAtMs = performance.now();
    await file.appendFile('x'.repeat(1_024));
    await file.datasync();
    samples.push(performance.now() - startedAtMs);
  }
  await file.close();
  return spreadOf(samples).median;
}

const keyOf = ({ name }: Side, { users, connections }: Load): string =>
  `${name}, ${users === 'one' ? 1 : USERS} users, ${connections} connections`;

const MEMBERS = ['perSecond', 'p50Ms', 'p99Ms', 'cpuUs'] as const;

function mediansOf(samples: readonly Sample[]): Sample {
  const [perSecond, p50Ms, p99Ms, cpuUs] = MEMBERS.map(
    (member) => spreadOf(samples.map((sample) => sample[member])).median,
  );
  return { perSecond: perSecond ?? 0, p50Ms: p50Ms ?? 0, p99Ms: p99Ms ?? 0, cpuUs: cpuUs ?? 0 };
}

async function measureAll(sides: readonly Side[]): Promise<ReadonlyMap<string, Sample>> {
  const [service, ...baselines] = sides;
  if (service === undefined) throw new TypeError('There is a service to measure.');
  const plan = [
    ...LOADS.map((load) => [service, load] as const),
    ...baselines.map((side) => [side, MAIN] as const),
  ];
  const samples = new Map<string, Sample[]>();
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [side, load] of plan) {
      const sample = await measure(side, load);
      // The first round warms up.
      if (round >= 0) {
        samples.set(keyOf(side, load), [...(samples.get(keyOf(side, load)) ?? []), sample]);
      }
    }
  }
  return new Map([...samples].map(([key, list]) => [key, mediansOf(list)]));
}

export async function benchSign(print: (line: string) => void): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const running = <T extends { stop(): Promise<unknown> }>(started: T): T => {
    stops.unshift(() => started.stop());
    return started;
  };
  try {
    const node = running(
      await startScript('stand-ins/node.js', '--port', '0', '--storage', 'postgres'),
    );
    const agent = running(await startScript('stand-ins/guest-agent.js', '--port', '0'));
    const place = { node: node.url, agent: agent.url, folder };
    const before = process.env['BENCH_BEFORE'];
    const sides = [
      running(await startService('service', place)),
      running(await startBare()),
      running(await startService('ethers', place, { settings: { SIGNER: 'ethers' } })),
      ...(before === undefined
        ? []
        : [running(await startService('before', place, { entry: before }))]),
    ];
    // Accounts are read back some time after they were created, which must not be measured.
    await new Promise((done) => setTimeout(done, READ_BACK_MS));
    const syncMs = await measureDisk(folder);
    return report(sides, await measureAll(sides), syncMs, print);
  } finally {
    for (const stop of stops) await stop();
  }
}

function report(
  sides: readonly Side[],
  medians: ReadonlyMap<string, Sample>,
  syncMs: number,
  print: (line: string) => void,
): object {
  const rows = [...medians].map(([key, { perSecond, p50Ms, p99Ms, cpuUs }]) => [
    key,
    `${Math.round(perSecond)}`,
    `${p50Ms}`,
    `${p99Ms}`,
    `${Math.round(cpuUs)}`,
  ]);
  for (const line of table([['side', 'a second', 'p50 ms', 'p99 ms', 'CPU µs'], ...rows]))
    print(line);
  const rateOf = (side: Side): number => medians.get(keyOf(side, MAIN))?.perSecond ?? 0;
  const [service, ...baselines] = sides;
  const own = service === undefined ? 0 : rateOf(service);
  const ratios = baselines.map((side) => [side.name, Math.round((own / rateOf(side)) * 100) / 100]);
  return { syncMs, timesBaseline: Object.fromEntries(ratios), cases: Object.fromEntries(medians) };
}
