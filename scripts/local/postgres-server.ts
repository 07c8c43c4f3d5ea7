/**
 * A PostgreSQL server for tests and benches, on a Unix socket in a temporary directory. It needs
 * the server programs of Debian's package `postgresql`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Where Debian installs the servers, one directory for each version. */
export const DEBIAN = '/usr/lib/postgresql';

/** The directory of the newest installation. */
function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const [newest] = versions.toSorted((a, b) => Number(b) - Number(a));
  const programs = newest === undefined ? '' : join(DEBIAN, newest, 'bin');
  return existsSync(join(programs, 'initdb')) ? programs : undefined;
}

const PROGRAMS = findPrograms();

/** Whether this machine has a server. */
export const HAS_POSTGRES = PROGRAMS !== undefined;

const START_DEADLINE_MS = 120_000;

/** The server refuses to run as root, so root runs it as `nobody`. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

/** The settings of a server besides the common ones. */
export type PostgresOptions = {
  /** Returns more settings, as NAME=VALUE, for the server's directory. */
  readonly settings?: (directory: string) => readonly string[];
  /** Files of the server's directory by name. Only the server can read them. */
  readonly files?: Readonly<Record<string, string>>;
};

/** Logs every statement, so that `statementsOf` can return it. */
export const logStatements = (directory: string): readonly string[] => [
  'logging_collector=on',
  'log_destination=jsonlog',
  `log_directory=${directory}`,
  'log_filename=sent',
  'log_statement=all',
];

/** A server that can be stopped in the middle of work. */
export class PostgresServer {
  readonly directory: string;
  readonly #programs: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(programs: string, directory: string, options: PostgresOptions) {
    this.#programs = programs;
    this.directory = directory;
    this.#settings = options.settings?.(directory) ?? [];
  }

  /** The process id of the server, whose children are its connections. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts a server without data. */
  static async start(options: PostgresOptions = {}): Promise<PostgresServer> {
    const server = await PostgresServer.#create(options);
    const locale = ['-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'];
    server.#run('initdb', ['-D', server.#data, '-U', 'owner', '-A', 'trust', ...locale]);
    await server.resume();
    return server;
  }

  /** Starts a standby, which follows a primary and accepts no writes until it is promoted. */
  static async standbyOf(primary: PostgresServer): Promise<PostgresServer> {
    const server = await PostgresServer.#create({});
    const from = ['-h', primary.directory, '-U', 'owner', '-D', server.#data];
    server.#run('pg_basebackup', [...from, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']);
    await server.resume();
    return server;
  }

  static async #create(options: PostgresOptions): Promise<PostgresServer> {
    if (PROGRAMS === undefined) throw new Error(`There is no PostgreSQL in ${DEBIAN}.`);
    const directory = await mkdtemp(join(tmpdir(), 'pg-'));
    const { uid, gid } = unprivileged();
    const hand = async (path: string): Promise<void> => {
      if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
    };
    await hand(directory);
    await chmod(directory, 0o700);
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await writeFile(join(directory, name), text, { mode: 0o600 });
      await hand(join(directory, name));
    }
    return new PostgresServer(PROGRAMS, directory, options);
  }

  get #data(): string {
    return join(this.directory, 'data');
  }

  #run(program: string, args: readonly string[]): void {
    const options = { ...unprivileged(), cwd: this.directory, encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync(join(this.#programs, program), args, options);
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  }

  /** Starts the server again on the same data, and waits until it answers. */
  async resume(): Promise<void> {
    const settings = [
      'listen_addresses=',
      `unix_socket_directories=${this.directory}`,
      ...this.#settings,
    ];
    this.#process = spawn(
      join(this.#programs, 'postgres'),
      ['-D', this.#data, ...settings.flatMap((each) => ['-c', each])],
      { ...unprivileged(), cwd: this.directory, stdio: 'ignore' },
    );
    const endMs = performance.now() + START_DEADLINE_MS;
    for (;;) {
      const answers = await this.query('postgres', 'SELECT 1').catch(() => undefined);
      if (answers !== undefined) return;
      if (performance.now() > endMs) throw new Error('The database does not answer.');
      await sleep(25);
    }
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
    const port = Number(/^port=([0-9]+)$/m.exec(this.#settings.join('\n'))?.[1] ?? 5_432);
    const client = new Client({ host: this.directory, port, user: 'owner', database });
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
    const lines = (await readFile(join(this.directory, 'sent.json'), 'utf8')).split('\n');
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
    return `postgres://${user}@${encodeURIComponent(this.directory)}/${database}`;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}
