/**
 * A whole deployment on loopback for one test: guest agent, node, service in this process, and a
 * program that uses it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Wallet, verifyMessage } from 'ethers';
import { composeService } from '../../src/compose/compose-service.js';
import type { Service } from '../../src/compose/open-doors.js';
import type { Tuning } from '../../src/compose/compose-provisioning.js';
import { parseConfig } from '../../src/config.js';
import { DEFAULT_LIMITS, type EngineLimits } from '../../src/bootstrap/node-client.js';
import { RATE_CLASSES } from '../../src/limits/rate-classes.js';
import { createLogger } from '../../src/runtime/logger.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { until } from '../until.js';
import {
  startGuestAgent,
  type GuestAgent,
  type GuestAgentOptions,
} from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import {
  startNode,
  type StandInNode,
  type StandInNodeOptions,
} from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { sharedServer } from '../adapters/postgres-server.js';
import { type Balancer, startBalancer } from './balancer.js';
import type { StoreFiles } from '../../src/adapters/json-store/store-files.js';
import {
  filesOf,
  refusingFiles,
  rowsOf,
  type Stored,
  storedDocuments,
  storedInDatabase,
} from './stored-documents.js';

/**
 * `TEST_REPLICAS=2` runs every world as two replicas on one database behind a balancer
 * (on-replicas.test.ts).
 */
export const REPLICAS = Number(process.env['TEST_REPLICAS'] ?? '1');

export type WorldOptions = {
  readonly node?: StandInNodeOptions;
  readonly agent?: GuestAgentOptions;
  readonly env?: Readonly<Record<string, string>>;
  readonly tuning?: Partial<Omit<Tuning, 'limits'>> & { readonly limits?: Partial<EngineLimits> };
  readonly clock?: () => number;
  /** Takes the place of `refusesWrite`. */
  readonly storeFiles?: StoreFiles;
  /** More than one stand behind a balancer. The default is 1. */
  readonly replicas?: number;
};

export type CounterName =
  | 'document_reads'
  | 'root_signatures'
  | 'signatures'
  | 'bodies_read'
  | 'crypto_operations';

export type Answer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};

export type RawAnswer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly setCookie: readonly string[];
};

export type Person = {
  readonly wallet: Wallet;
  readonly token: string;
  readonly keyId: string;
  readonly address: string;
};

/** Ends a request without a response. It is longer than any request on a busy machine. */
const REQUEST_TIMEOUT_MS = 300_000;

/** All clients of a test share one address, so these limits are never reached. */
export const NO_HURRY = Object.keys(RATE_CLASSES)
  .map((name) => `${name}=1000000/60`)
  .join(',');

/**
 * Quick retries, and no read-back unless a test requests it. The deadlines only end a test that
 * hangs: tests of deadlines set shorter ones, and no other test depends on the speed of the
 * machine.
 */
export const QUICK: Tuning = {
  limits: {
    ...DEFAULT_LIMITS,
    requestDeadlineMs: 60_000,
    runDeadlineMs: 300_000,
    retryDelayMs: 5,
  },
  retryDelaysMs: [60, 120, 250],
  clockRetryMs: 3_600_000,
  clockProbeMs: 25,
  nodeBreaker: { failures: 5, firstRestMs: 50, longestRestMs: 200 },
  nodePlaces: { placeMs: 330_000, recoveryMs: 600_000 },
  readBackDelayMs: 3_600_000,
  reverifyAfterMs: 86_400_000,
  resumeWithinMs: 50,
  runsAtOnce: 8,
  runsWaiting: 256,
  sweepEveryMs: 60_000,
  enclaveDeadlineMs: 60_000,
};

export class World {
  readonly node: StandInNode;
  readonly agent: GuestAgent;
  readonly logs: string[] = [];
  /** Returns whether the store fails to write a text. Tests replace it. */
  refusesWrite: (text: string) => boolean = () => false;
  readonly #options: WorldOptions;
  readonly #dataDir: string;
  /** The database of replicas that have lost the one that they began with. */
  #database: { readonly DATABASE_URL?: string } = {};
  #services: readonly Service[] = [];
  #balancer: Balancer | undefined;

  constructor(node: StandInNode, agent: GuestAgent, dataDir: string, options: WorldOptions) {
    this.node = node;
    this.agent = agent;
    this.#dataDir = dataDir;
    this.#options = options;
  }

  /** Throws for replicas, so that no test of what is in the directory passes without one. */
  get dataDir(): string {
    if (this.#hasReplicas) throw new TypeError('Replicas have no directory.');
    return this.#dataDir;
  }

  get #hasReplicas(): boolean {
    return (this.#options.replicas ?? 1) > 1;
  }

  get url(): string {
    return this.#balancer?.url ?? this.#services[0]?.url ?? '';
  }

  /** Returns every stored document by its kind and id, as `kind/id`. */
  async storedDocuments(): Promise<ReadonlyMap<string, Stored>> {
    if (!this.#hasReplicas) return storedDocuments(this.#dataDir);
    return storedInDatabase(await sharedServer(), this.env()['DATABASE_URL'] ?? '');
  }

  /** Returns the ids of the stored documents of a kind. */
  async storedIds(kind: string): Promise<readonly string[]> {
    const keys = [...(await this.storedDocuments()).keys()];
    return keys.flatMap((key) => (key.startsWith(`${kind}/`) ? [key.slice(kind.length + 1)] : []));
  }

  /** Returns everything that is stored, by file or, for replicas, by row. */
  async storedBytes(): Promise<ReadonlyMap<string, Buffer>> {
    if (!this.#hasReplicas) return filesOf(this.#dataDir);
    return rowsOf(await sharedServer(), this.env()['DATABASE_URL'] ?? '');
  }

  env(): Record<string, string> {
    return {
      SEALWRIGHT_MODE: 'development',
      DSTACK_SIMULATOR_ENDPOINT: this.agent.endpoint,
      TINYCLOUD_BOOTSTRAP_HOST: this.node.url,
      DATA_DIR: this.#dataDir,
      STATE_INIT: '1',
      PORT: '0',
      PUBLIC_ORIGIN: 'http://localhost:3001',
      LOG_LEVEL: 'debug',
      RATE_LIMITS: NO_HURRY,
      TINYCLOUD_BOOTSTRAP_NODE_BUDGET: '100000',
      // A response waits for the run however slow the machine is. A test of `pending` sets a
      // shorter budget.
      TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '25000',
      ...(this.agent.pccs === undefined ? {} : { PCCS_URL: this.agent.pccs.url }),
      ...this.#options.env,
      ...this.#database,
    };
  }

  async start(overrides: Readonly<Record<string, string>> = {}): Promise<void> {
    const { replicas = 1 } = this.#options;
    while (this.#services.length < replicas) {
      this.#services = [...this.#services, await this.#compose(overrides)];
    }
    if (!this.#hasReplicas) return;
    this.#balancer = await startBalancer(this.#services.map(({ url }) => url));
  }

  async #compose(overrides: Readonly<Record<string, string>>): Promise<Service> {
    const clock = this.#options.clock ?? Date.now;
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logs.push(chunk.toString('utf8'));
        done();
      },
    });
    const { limits, ...tuning } = this.#options.tuning ?? {};
    return composeService(parseConfig({ ...this.env(), ...overrides }), {
      logger: createLogger({ level: 'debug', stream, clock }),
      clock,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      storeFiles: this.#options.storeFiles ?? refusingFiles((text) => this.refusesWrite(text)),
      tuning: { ...QUICK, ...tuning, limits: { ...QUICK.limits, ...limits } },
    });
  }

  /** Loses the state: the enclave and the node stay the same, and the service has no users. */
  async forget(overrides: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
    await mkdir(this.#dataDir);
    if (this.#hasReplicas) this.#database = await newDatabase();
    await this.start(overrides);
  }

  async stop(): Promise<void> {
    await this.#balancer?.close();
    this.#balancer = undefined;
    const running = this.#services;
    this.#services = [];
    await Promise.all(running.map((service) => service.close()));
  }

  /**
   * Rejects if any route returned a code that its endpoint does not declare, whatever the test was
   * about.
   */
  async close(): Promise<void> {
    await this.stop();
    await this.node.close();
    await this.agent.close();
    await rm(this.#dataDir, { recursive: true, force: true });
    const undeclared = this.logs.filter((line) => line.includes('"undeclared-code"'));
    if (undeclared.length > 0) throw new Error(`undeclared codes: ${undeclared.join('')}`);
  }

  /** Returns a counter of all replicas, by its name without prefix and suffix. */
  async counter(name: CounterName): Promise<number> {
    const texts = await Promise.all(this.#services.map((service) => service.metrics()));
    const pattern = new RegExp(`^sealwright_${name}_total (\\d+)$`, 'm');
    return texts.reduce((sum, text) => sum + Number(pattern.exec(text)?.[1]), 0);
  }

  /** Returns the metrics of the first replica. */
  async metrics(): Promise<string> {
    return (await this.#services[0]?.metrics()) ?? '';
  }

  /** Sends a request with exactly these headers; `fetch` would add some and refuse others. */
  raw(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<RawAnswer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const bytes = Buffer.byteLength(text);
      const length =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes };
      const options = { method, headers: { ...length, ...headers } };
      const out = request(new URL(path, this.url), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const said = Buffer.concat(chunks).toString();
          const [type = ''] = response.headers['content-type']?.split(';') ?? [];
          const isJson = type.endsWith('json');
          resolve({
            status: response.statusCode ?? 0,
            body: said !== '' && isJson ? (JSON.parse(said) as Record<string, unknown>) : {},
            text: said,
            setCookie: response.headers['set-cookie'] ?? [],
          });
        });
      });
      out.on('error', reject);
      out.end(text);
    });
  }

  async call(
    method: string,
    path: string,
    options: {
      readonly token?: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Answer> {
    const { token, body, headers } = options;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      headers: response.headers,
    };
  }

  /** Creates a new person with a fresh wallet, signed in. */
  async person(wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`)): Promise<Person> {
    const challenge = await this.call('POST', '/api/auth/siwe/challenge', {
      body: { address: wallet.address, transport: 'bearer' },
    });
    const message = String(challenge.body['message']);
    const verified = await this.call('POST', '/api/auth/siwe/verify', {
      body: { message, signature: await wallet.signMessage(message) },
    });
    if (verified.status !== 200) throw new Error(`not signed in: ${String(verified.body['code'])}`);
    const user = verified.body['user'] as { keys: { id: string; address: string }[] };
    const [key] = user.keys;
    return {
      wallet,
      token: String(verified.body['sessionToken']),
      keyId: key?.id ?? '',
      address: key?.address ?? '',
    };
  }

  /** Returns the app's sign-in request for a person, as its SDK composes it. */
  appSignIn(person: Person): string {
    const nowMs = (this.#options.clock ?? Date.now)();
    return composeAppSignIn(person.address, 'app.example:5173', nowMs).siwe;
  }

  sign(
    person: Person,
    message = this.appSignIn(person),
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.call('POST', `/api/keys/${person.keyId}/sign`, {
      token: person.token,
      body: { message },
      headers,
    });
  }

  bootstrapOf(person: Person, waitMs = 0): Promise<Answer> {
    return this.call('GET', `/api/keys/${person.keyId}/bootstrap?waitMs=${waitMs}`, {
      token: person.token,
    });
  }

  /** Waits until the account is complete, by polling only. */
  async untilComplete(person: Person, timeoutMs = 300_000): Promise<void> {
    let last: unknown;
    const isComplete = async (): Promise<boolean> => {
      const { body } = await this.bootstrapOf(person, 1_000);
      last = body;
      return body['status'] === 'complete';
    };
    await until('the account is complete', isComplete, timeoutMs).catch((cause: unknown) => {
      throw new Error(`not complete: ${JSON.stringify(last)}`, { cause });
    });
  }
}

/**
 * Two services on one database, which share a node and an enclave. `envs` are settings of each one.
 * Closing the first world closes what they share.
 */
export async function createReplicas(
  databaseUrl: string,
  options: WorldOptions = {},
  envs: readonly [WorldOptions['env'], WorldOptions['env']] = [{}, {}],
): Promise<readonly [World, World]> {
  const node = await startNode(options.node ?? {});
  const agent = await startGuestAgent({ port: 0, ...options.agent });
  const env = { ...options.env, DATA_DIR: '', DATABASE_URL: databaseUrl };
  const create = (own: WorldOptions['env']): World =>
    new World(node, agent, '', { ...options, env: { ...env, ...own } });
  const worlds = [create(envs[0]), create(envs[1])] as const;
  await Promise.all(worlds.map((world) => world.start()));
  return worlds;
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const newDatabase = async (): Promise<{ readonly DATABASE_URL: string }> => ({
  DATABASE_URL: await (await sharedServer()).createDatabase(),
});

async function withReplicas(options: WorldOptions): Promise<WorldOptions> {
  if (REPLICAS === 1) return options;
  const env = { ...options.env, DATA_DIR: '', ...(await newDatabase()) };
  return { ...options, env, replicas: REPLICAS };
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const node = await startNode(options.node ?? {});
  const agent = await startGuestAgent({ port: 0, ...options.agent });
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-test-'));
  const world = new World(node, agent, dataDir, await withReplicas(options));
  try {
    await world.start();
  } catch (error) {
    // What runs already would keep the test's process from ending.
    await world.close();
    throw error;
  }
  return world;
}

export type Outcome = {
  readonly status: string;
  readonly state: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly retryable?: boolean;
};

export const outcomeOf = ({ body }: Answer): Outcome => body['tinycloudBootstrap'] as Outcome;

/** Returns whether a response contains the person's signature over the message. */
export function isSignedBy(answer: Answer, message: string, person: Person): boolean {
  return (
    answer.status === 200 &&
    verifyMessage(message, String(answer.body['signature'])) === person.address
  );
}
