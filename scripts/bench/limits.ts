/**
 * Bench `limits`: the cost of a request over its limit compared with a signed one, over HTTP in
 * this one process, alternately. The health route is the baseline: the cost of any request for
 * server and client.
 */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Wallet } from 'ethers';
import { composeService } from '../../src/compose/compose-service.js';
import { parseConfig } from '../../src/config.js';
import { createLogger } from '../../src/runtime/logger.js';
import { table } from '../../src/console/draw.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../stand-ins/tinycloud-node/start-node.js';
import { type Bench, type BenchResult, ratioOf } from './bench.js';
import { spreadOf } from './statistics.js';

const ROUNDS = 40;
const REQUESTS_A_ROUND = 100;
const FREE = 1_000_000;
const SECONDS = 86_400;
/** As long as an app's sign-in request. */
const MESSAGE = 'x'.repeat(2_000);

const ENVIRONMENT = {
  SEALWRIGHT_MODE: 'development',
  STATE_INIT: '1',
  PORT: '0',
  PUBLIC_ORIGIN: 'http://localhost:3001',
  LOG_LEVEL: 'error',
  TRUSTED_PROXY_HOPS: '1',
  RATE_LIMITS: ['any', 'challenge', 'sign-in', 'sign-up', 'sign', 'probe', 'read']
    .map((name) => `${name}=${FREE}/${SECONDS}`)
    .join(','),
};

type Ask = {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly from: string;
  readonly authorization?: string;
  readonly status: number;
};

/** Sends one request on the agent's connection. Rejects if the status is not the expected one. */
function send(url: string, agent: Agent, ask: Ask): Promise<void> {
  const body = ask.method === 'POST' ? JSON.stringify({ message: MESSAGE }) : '';
  const headers = {
    'x-forwarded-for': ask.from,
    ...(ask.authorization === undefined ? {} : { authorization: ask.authorization }),
    ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
  };
  return new Promise((resolve, reject) => {
    const out = request(new URL(ask.path, url), { method: ask.method, agent, headers }, (reply) => {
      reply.resume();
      reply.once('end', () => {
        if (reply.statusCode === ask.status) resolve();
        else reject(new Error(`${ask.path}: ${reply.statusCode}`));
      });
    });
    out.once('error', reject);
    out.end(body);
  });
}

async function measure(url: string, sides: readonly Ask[]): Promise<readonly number[][]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const samples = sides.map((): number[] => []);
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const [index, side] of sides.entries()) {
      const startedAtMs = performance.now();
      for (let number = 0; number < REQUESTS_A_ROUND; number += 1) await send(url, agent, side);
      const eachUs = ((performance.now() - startedAtMs) * 1_000) / REQUESTS_A_ROUND;
      if (round >= 0) samples[index]?.push(eachUs);
    }
  }
  agent.destroy();
  return samples;
}

export const benchLimits: Bench = async ({ print }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  const node = await startNode();
  const guestAgent = await startGuestAgent({ port: 0 });
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const limits = `${ENVIRONMENT.RATE_LIMITS},retry@address=1/${SECONDS},write@account=1/${SECONDS}`;
  const service = await composeService(
    parseConfig({
      ...ENVIRONMENT,
      RATE_LIMITS: limits,
      DSTACK_SIMULATOR_ENDPOINT: guestAgent.endpoint,
      TINYCLOUD_BOOTSTRAP_HOST: node.url,
      DATA_DIR: dataDir,
    }),
    {
      logger: createLogger({ level: 'error', stream, clock: Date.now }),
      clock: Date.now,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    },
  );
  try {
    const client = new ServiceClient(service.url);
    const { id } = await client.signIn(new Wallet(`0x${randomBytes(32).toString('hex')}`));
    const common = {
      from: '192.0.2.1',
      authorization: client.authorization,
      method: 'POST',
    } as const;
    const retry = { ...common, path: `/api/keys/${id}/bootstrap/retry` };
    const unarchive = { ...common, path: `/api/keys/${id}/unarchive` };
    const once = new Agent();
    await send(service.url, once, { ...retry, status: 200 });
    await send(service.url, once, { ...unarchive, status: 200 });
    const samples = await measure(service.url, [
      { ...common, path: `/api/keys/${id}/sign`, status: 200 },
      { ...retry, status: 429 },
      { ...unarchive, status: 429 },
      { path: '/healthz', method: 'GET', from: '192.0.2.1', status: 200 },
    ]);
    return report(samples.map(spreadOf), print);
  } finally {
    await service.close();
    await guestAgent.close();
    await node.close();
    await rm(dataDir, { recursive: true, force: true });
  }
};

function report(
  spreads: readonly ReturnType<typeof spreadOf>[],
  print: (line: string) => void,
): BenchResult {
  const names = ['signed', 'refused by address', 'refused by account', 'health route'];
  const signed = spreads[0]?.median ?? 1;
  const share = (index: number): number =>
    Math.round(((spreads[index]?.median ?? 0) / signed) * 100) / 100;
  const rows = names.map((name, index) => {
    const { median = 0, min = 0, max = 0 } = spreads[index] ?? {};
    return [name, `${median}`, `${min}`, `${max}`, `${share(index)}`];
  });
  for (const line of table([['a request', 'median µs', 'min', 'max', 'of signed'], ...rows]))
    print(line);
  const ratios = {
    'cost of a signed request, of one refused by address': ratioOf(1, share(1)),
    'cost of a signed request, of one refused by account': ratioOf(1, share(2)),
  };
  return { ratios, signedUs: spreads[0], floor: share(3) };
}
