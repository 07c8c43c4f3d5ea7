/** Services, with their stand-ins, as benches measure them: each in a process of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from '../local/service-process.js';
import type { Started } from './bench.js';
import { startScript } from './child-process.js';

/** A folder, a node and a guest agent that several services share. */
export type Place = { readonly folder: string; readonly node: string; readonly agent: string };

/** A service that listens. */
export type RunningService = {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<unknown>;
};

/** A service to start: this build, or the one whose `main.js` is `entry`. */
export type ServiceOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  readonly entry?: string | undefined;
};

/** A request for a signature, in the form of the load generator. */
export type SignRequest = {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** No request is over a limit, because all of them come from one address. */
const FREE = [
  'any',
  'attestation',
  'challenge',
  'sign-in',
  'sign-up',
  'sign',
  'probe',
  'read',
  'bootstrap',
]
  .map((name) => `${name}=1000000/60`)
  .join(',');

const APP = 'localhost:5173';

const nodeArguments = (latencyMs: number): readonly string[] => [
  '--port',
  '0',
  '--storage',
  'postgres',
  '--latency-ms',
  String(latencyMs),
];

/** Starts a node and a guest agent. The node behaves as with PostgreSQL. */
export async function startPlace(
  started: Started,
  { latencyMs = 0, quoteMs = 0 }: { readonly latencyMs?: number; readonly quoteMs?: number } = {},
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  started.add({ stop: () => rm(folder, { recursive: true, force: true }) });
  const [node, agent] = await Promise.all([
    startScript('stand-ins/node.js', ...nodeArguments(latencyMs)),
    startScript('stand-ins/guest-agent.js', '--port', '0', '--quote-ms', String(quoteMs)),
  ]);
  started.add(node);
  started.add(agent);
  return { folder, node: node.url, agent: agent.url };
}

/** Starts a service with a data directory of its own. */
export async function startService(
  started: Started,
  name: string,
  { folder, node, agent }: Place,
  { settings = {}, entry }: ServiceOptions = {},
): Promise<RunningService> {
  const environment = {
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: agent,
    TINYCLOUD_BOOTSTRAP_HOST: node,
    TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '25000',
    DATA_DIR: await mkdtemp(join(folder, 'd-')),
    STATE_INIT: '1',
    PORT: '0',
    PUBLIC_ORIGIN: 'http://localhost:3001',
    LOG_LEVEL: 'error',
    RATE_LIMITS: FREE,
    // Another build may not know the setting, and refuses what it does not know.
    ...(entry === undefined ? { TINYCLOUD_BOOTSTRAP_NODE_BUDGET: '1000000' } : {}),
    ...settings,
  };
  return started.add({ ...(await startServiceProcess(environment, entry)), name });
}

/** A person who has signed in, with a first key. */
export type Person = {
  readonly client: ServiceClient;
  readonly wallet: Wallet;
  readonly keyId: string;
  readonly address: string;
};

/** Signs a new person in. */
export async function createPerson(url: string): Promise<Person> {
  const client = new ServiceClient(url);
  const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
  const key = await client.signIn(wallet);
  return { client, wallet, keyId: key.id, address: key.address };
}

/** Returns a sign-in to an app as the person's SDK composes it. No two are the same. */
export const appSignIn = ({ address }: Person): string =>
  composeAppSignIn(address, APP, Date.now()).siwe;

/** Returns a request for a signature of this message. */
export const requestFor = ({ client, keyId }: Person, message: string): SignRequest => ({
  method: 'POST',
  path: `/api/keys/${keyId}/sign`,
  headers: { 'content-type': 'application/json', authorization: client.authorization },
  body: JSON.stringify({ message }),
});

/** Has a sign-in signed, and waits until the account is complete. */
export async function setUpAccount(person: Person): Promise<void> {
  const { client, keyId } = person;
  const { tinycloudBootstrap } = await client.sign(keyId, appSignIn(person));
  let { status } = tinycloudBootstrap;
  while (status === 'pending') {
    await new Promise((done) => setTimeout(done, 50));
    const now = await client.bootstrap(keyId);
    if (now.status !== 'none') status = now.status;
  }
  if (status !== 'complete') throw new Error(`An account is not complete: ${status}.`);
}
