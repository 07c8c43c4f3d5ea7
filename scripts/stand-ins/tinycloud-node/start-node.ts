import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadHashes } from './formats/hashes.js';
import { nodeKeys } from './formats/node-keys.js';
import { Faults, type FaultRule } from './http/fault.js';
import { RateLimit } from './http/rate-limit.js';
import { RequestPipeline, type RequestHook } from './http/request-pipeline.js';
import type { RequestRecord } from './http/request-record.js';
import { inspectionOf, type Inspection } from './inspection.js';
import type { NodeContext } from './node-context.js';
import { SqlDatabases } from './sql/sql-databases.js';
import { type SqlThreadLimit, SqlThreads } from './sql/sql-threads.js';
import { openSqlite } from './sql/sqlite-connection.js';
import { Journal } from './store/journal.js';
import { NodeStore } from './store/node-store.js';

/**
 * A TinyCloud node for development. It verifies what a real node 1.16.0 verifies and responds as it
 * does, on real SQLite, and it can be slow, faulty or absent at a chosen moment. None of its checks
 * can be turned off.
 *
 * With `dataDir`, everything is on disk before the response: a journal of effects and one file for
 * each SQL database. Only one node at a time can use a directory.
 */
export type StandInNodeOptions = {
  /** 0, the default, uses a free port. */
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
  /**
   * 32 bytes from which the node's keys are derived. By default 32 times 0x07, as in the
   * recordings.
   */
  readonly secret?: Uint8Array;
  readonly clock?: () => number;
  /** The clock of the `Date` header, if another one writes it, as a proxy may. */
  readonly dateClock?: () => number;
  /**
   * The database whose concurrency faults it shows. The default is `sqlite`, the more difficult
   * one.
   */
  readonly storage?: 'sqlite' | 'postgres';
  readonly latencyMs?: number;
  /** The limit on open SQL databases, none by default. A real node has one. */
  readonly sqlThreads?: SqlThreadLimit;
  /** `route[:ability]=kind[*count][%percent]`, comma-separated. */
  readonly faults?: string;
};

export type { FaultRule } from './http/fault.js';
export type { RequestRecord } from './http/request-record.js';

export type StandInNode = {
  readonly url: string;
  readonly nodeDid: string;
  /** Every received request, in order of arrival. */
  readonly requests: readonly RequestRecord[];
  /** Replaces the faults of an earlier call. An empty text removes them. */
  setFaults(spec: string): void;
  /**
   * Adds a fault for chosen requests, beside those of `setFaults`. Returns a function that removes
   * it.
   */
  addFault(rule: FaultRule): () => void;
  setLatencyMs(ms: number): void;
  /**
   * The hook is awaited before the effect of each request, and again before the response is sent.
   */
  onRequest(hook: RequestHook | undefined): void;
  clearRequests(): void;
  readonly inspect: Inspection;
  close(): Promise<void>;
};

export const DEFAULT_SECRET: Uint8Array = new Uint8Array(32).fill(7);
const MAX_HEADER_BYTES = 400 * 1024;
/** Longer than clients keep connections, so that no connection is closed during a request. */
const KEEP_ALIVE_MS = 60_000;
const DRAIN_MS = 500;

export async function startNode(options: StandInNodeOptions = {}): Promise<StandInNode> {
  const faults = new Faults(options.faults);
  await loadHashes();
  const context = await openContext(options);
  const pipeline = new RequestPipeline(context, faults, options.dateClock ?? context.clock);
  pipeline.latencyMs = options.latencyMs ?? 0;
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(limits, (message, response) => {
    void pipeline.serve(message, response);
  });
  const url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  return {
    url,
    nodeDid: context.keys.nodeDid,
    get requests() {
      return pipeline.records;
    },
    setFaults: (spec) => faults.specify(spec),
    addFault: (rule) => faults.add(rule),
    setLatencyMs: (ms) => {
      pipeline.latencyMs = ms;
    },
    onRequest: (hook) => {
      pipeline.hook = hook;
    },
    clearRequests: () => pipeline.clearRecords(),
    inspect: inspectionOf(context),
    close: () => close(server, pipeline, context),
  };
}

async function openContext(options: StandInNodeOptions): Promise<NodeContext> {
  const sqlite = await openSqlite();
  const { dataDir } = options;
  const opened = dataDir === undefined ? undefined : Journal.open(join(dataDir, 'effects.jsonl'));
  return {
    store: new NodeStore(opened?.journal, opened?.past),
    databases: new SqlDatabases(sqlite, dataDir === undefined ? undefined : join(dataDir, 'sql')),
    keys: nodeKeys(options.secret ?? DEFAULT_SECRET),
    sqlThreads: options.sqlThreads && new SqlThreads(options.sqlThreads),
    rateLimit: new RateLimit(),
    clock: options.clock ?? Date.now,
    storage: options.storage ?? 'sqlite',
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      const bound = isAddress(address) ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return address !== null && typeof address === 'object';
}

/**
 * Stops accepting requests, waits briefly for pending ones, closes the remaining connections, and
 * releases files and memory.
 */
async function close(
  server: Server,
  pipeline: RequestPipeline,
  { store, databases, sqlThreads }: NodeContext,
): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
  pipeline.stop();
  sqlThreads?.close();
  databases.close();
  store.close();
}
