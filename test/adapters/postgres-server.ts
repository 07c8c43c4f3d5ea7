/**
 * A PostgreSQL server for tests, on a Unix socket in a temporary directory. Without an installation,
 * the tests are skipped and report it; `REQUIRE_ALL=1` makes that a failure.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Client } from 'pg';
import { test } from '../test.js';
import { testThatNeeds } from '../test-that-needs.js';
import { until } from '../until.js';

const DEBIAN = '/usr/lib/postgresql';

/** The directory of the newest installation. */
function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const [newest] = versions.toSorted((a, b) => Number(b) - Number(a));
  const programs = newest === undefined ? '' : join(DEBIAN, newest, 'bin');
  return existsSync(join(programs, 'initdb')) ? programs : undefined;
}

const PROGRAMS = findPrograms();

/** The server refuses to run as root, so root runs it as `nobody`. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

/** A server that a test can stop in the middle of work. */
export class PostgresServer {
  readonly #directory: string;
  readonly #programs: string;
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(programs: string, directory: string) {
    this.#programs = programs;
    this.#directory = directory;
  }

  static async start(): Promise<PostgresServer> {
    if (PROGRAMS === undefined) throw new Error(`There is no PostgreSQL in ${DEBIAN}.`);
    const directory = await mkdtemp(join(tmpdir(), 'pg-'));
    const { uid, gid } = unprivileged();
    if (uid !== undefined && gid !== undefined) await chown(directory, uid, gid);
    await chmod(directory, 0o700);
    const server = new PostgresServer(PROGRAMS, directory);
    server.#initialize();
    await server.resume();
    return server;
  }

  #initialize(): void {
    const options = [
      '-D',
      join(this.#directory, 'data'),
      '-U',
      'owner',
      '-A',
      'trust',
      '-E',
      'UTF8',
    ];
    const { status, stderr } = spawnSync(
      join(this.#programs, 'initdb'),
      [...options, '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
      { ...unprivileged(), cwd: this.#directory, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  }

  /** Starts the server again on the same data, and waits until it answers. */
  async resume(): Promise<void> {
    const data = join(this.#directory, 'data');
    const settings = [
      'listen_addresses=',
      `unix_socket_directories=${this.#directory}`,
      'logging_collector=on',
      'log_destination=jsonlog',
      `log_directory=${this.#directory}`,
      'log_filename=sent',
      'log_statement=all',
    ];
    this.#process = spawn(
      join(this.#programs, 'postgres'),
      ['-D', data, ...settings.flatMap((each) => ['-c', each])],
      { ...unprivileged(), cwd: this.#directory, stdio: 'ignore' },
    );
    await until('the database answers', () =>
      this.query('postgres', 'SELECT 1').catch(() => false),
    );
  }

  /** Kills the server at once, as a crash does. What was committed stays. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGQUIT');
    await ended;
  }

  /** Executes a statement as the owner, and returns its rows. */
  async query(database: string, text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ host: this.#directory, user: 'owner', database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Returns every distinct statement that a program of this name has sent. */
  async statementsOf(program: string): Promise<readonly string[]> {
    const lines = (await readFile(join(this.#directory, 'sent.json'), 'utf8')).split('\n');
    const sent = lines.flatMap((line) => {
      if (!line.includes(`"application_name":"${program}"`)) return [];
      const { message } = JSON.parse(line) as { readonly message: string };
      return /^(?:statement|execute [^:]*): ([^]*)$/.exec(message)?.[1] ?? [];
    });
    return [...new Set(sent)].toSorted();
  }

  /** Creates an empty database, and returns its URL. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `d${this.#databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.urlOf(name);
  }

  /** Returns the URL of a database for a role. */
  urlOf(database: string, user = 'owner'): string {
    return `postgres://${user}@${encodeURIComponent(this.#directory)}/${database}`;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

let shared: Promise<PostgresServer> | undefined;

/** Returns the server that the tests of a process share. */
export function sharedServer(): Promise<PostgresServer> {
  shared ??= PostgresServer.start();
  return shared;
}

test.after.always('the database server of this process is closed', async () => {
  await (await shared)?.close();
  shared = undefined;
});

type Body = (t: ExecutionContext) => Promise<void> | void;

/** Declares a test that needs a database server. */
export function testWithPostgres(title: string, body: Body): void {
  testThatNeeds(`PostgreSQL in ${DEBIAN}`, PROGRAMS !== undefined, title, body);
}
