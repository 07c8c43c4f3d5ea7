/**
 * The processes of a soak: the service and the node, which are killed and started again on the same
 * ports and directories. The guest agent runs in this process and stays.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RATE_CLASSES } from '../../src/limits/rate-classes.js';
import { type Listening, startScript } from '../bench/child-process.js';
import { freePort } from '../local/free-port.js';
import { type ServiceProcess, startServiceProcess } from '../local/service-process.js';
import { type GuestAgent, startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';

const ENTRY = new URL('./service-entry.js', import.meta.url).pathname;

/** The app whose requests people review. */
export const APP_ORIGIN = 'https://app.example:5173';

const ROUTES = ['/info', '/peer/generate', '/delegate', '/invoke', '/encryption/networks'];
const KINDS = [
  'status-500',
  'status-503',
  'redirect',
  'reset-before',
  'reset-after',
  'half-body',
  'wrong-type',
  'hang',
  'hang-after',
  'slow-700',
];

/**
 * Returns the specification of faults of every kind that together affect this part of the requests.
 */
export function faultsOf(percent: number): string {
  // An earlier rule leaves less for the later ones, which the small numbers make negligible.
  const each = (percent / KINDS.length).toFixed(4);
  return ROUTES.flatMap((route) => KINDS.map((kind) => `${route}=${kind}%${each}`)).join(',');
}

/** All people share one address, so the limits that count addresses are out of reach. */
const NO_LIMITS = Object.keys(RATE_CLASSES)
  .map((name) => `${name}=1000000/60`)
  .join(',');

/** The processes. */
export class Deployment {
  readonly #agent: GuestAgent;
  readonly #directory: string;
  readonly #ports: { readonly service: number; readonly node: number; readonly metrics: number };
  #service: ServiceProcess | undefined;
  #node: Listening | undefined;
  #faults: string;
  readonly #starting = new Set<Promise<void>>();
  #isClosed = false;
  /** How often each was killed. */
  readonly kills = { service: 0, node: 0 };
  /** The log lines of services that were killed or stopped, and that are errors. */
  readonly errors: string[] = [];

  private constructor(
    agent: GuestAgent,
    directory: string,
    ports: { readonly service: number; readonly node: number; readonly metrics: number },
    faults: string,
  ) {
    this.#agent = agent;
    this.#directory = directory;
    this.#ports = ports;
    this.#faults = faults;
  }

  static async start(faults: string): Promise<Deployment> {
    const directory = await mkdtemp(join(tmpdir(), 'soak-'));
    const agent = await startGuestAgent({ port: 0 });
    const ports = {
      service: await freePort(),
      node: await freePort(),
      metrics: await freePort(),
    };
    const deployment = new Deployment(agent, directory, ports, faults);
    try {
      await mkdir(deployment.#stateDirectory);
      await deployment.#start(() => deployment.#startNode());
      await deployment.startService();
      return deployment;
    } catch (error) {
      await deployment.close();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.service}`;
  }

  get nodeUrl(): string {
    return `http://127.0.0.1:${this.#ports.node}`;
  }

  get metricsUrl(): string {
    return `http://127.0.0.1:${this.#ports.metrics}/metrics`;
  }

  /** The public origin, which pages of the service name in their requests. */
  get origin(): string {
    return `http://localhost:${this.#ports.service}`;
  }

  get #stateDirectory(): string {
    return join(this.#directory, 'state');
  }

  /** Whether the service has been started and not killed since. */
  get isUp(): boolean {
    return this.#service !== undefined;
  }

  /** Collects the garbage of the service. */
  collect(): void {
    if (this.#service !== undefined) process.kill(this.#service.pid, 'SIGUSR2');
  }

  startService(): Promise<void> {
    return this.#start(() => this.#startService());
  }

  /** Starts a process, unless all have been ended meanwhile. */
  async #start(work: () => Promise<void>): Promise<void> {
    if (this.#isClosed) return;
    const starting = work();
    this.#starting.add(starting);
    await starting.finally(() => this.#starting.delete(starting));
  }

  async #startService(): Promise<void> {
    this.#service = await startServiceProcess(
      {
        SEALWRIGHT_MODE: 'development',
        DSTACK_SIMULATOR_ENDPOINT: this.#agent.endpoint,
        TINYCLOUD_BOOTSTRAP_HOST: this.nodeUrl,
        DATA_DIR: this.#stateDirectory,
        STATE_INIT: '1',
        PORT: String(this.#ports.service),
        METRICS_PORT: String(this.#ports.metrics),
        PUBLIC_ORIGIN: this.origin,
        APP_ORIGINS: APP_ORIGIN,
        RATE_LIMITS: NO_LIMITS,
      },
      ENTRY,
    );
  }

  async #startNode(): Promise<void> {
    const port = String(this.#ports.node);
    const data = join(this.#directory, 'node');
    const faults = this.#faults === '' ? [] : ['--fault', this.#faults];
    this.#node = await startScript('stand-ins/node.js', '--port', port, '--data', data, ...faults);
  }

  async killService(): Promise<void> {
    this.kills.service += 1;
    const running = this.#service;
    this.#service = undefined;
    await running?.kill();
    this.#keepErrors(running);
  }

  async restartService(): Promise<void> {
    await this.killService();
    await this.startService();
  }

  async restartNode(): Promise<void> {
    this.kills.node += 1;
    await this.#node?.kill();
    await this.#start(() => this.#startNode());
  }

  /**
   * Ends all faults. The node is killed for it, because its faults are arguments of its process.
   */
  async endFaults(): Promise<void> {
    this.#faults = '';
    await this.restartNode();
  }

  /** Asks the service to stop, and returns its exit code. */
  async stopService(): Promise<number | null | undefined> {
    const running = this.#service;
    this.#service = undefined;
    const code = await running?.stop();
    this.#keepErrors(running);
    return code;
  }

  #keepErrors(service: ServiceProcess | undefined): void {
    for (const line of service?.log ?? []) {
      if (/"event":"(?:crashed|undeclared-code|store-rolled-back)"/.test(line)) {
        this.errors.push(line);
      }
    }
  }

  /** Ends every process, also those that are being started. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#starting);
    await this.#service?.kill();
    await this.#node?.kill();
    await this.#agent.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
