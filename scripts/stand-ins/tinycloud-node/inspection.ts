import type { Delegation } from './formats/delegation.js';
import { contentHash } from './kv/etag.js';
import type { NodeContext } from './node-context.js';
import type { SqlThreadCounts } from './sql/sql-threads.js';

/** Reads and changes the node's state without a token. */
export type Inspection = {
  hostedSpaces(): string[];
  delegations(): InspectedDelegation[];
  kv(space: string): Map<string, { body: Uint8Array; headers: Record<string, string> }>;
  /** Runs any SQL without restriction, and returns its rows. */
  sql(space: string, db: string, sql: string): unknown[][];
  network(id: string): unknown;
  /** Removes a key as if it had never been written. */
  deleteKv(space: string, key: string): void;
  putKv(space: string, key: string, body: Uint8Array, headers?: Record<string, string>): void;
  deleteNetwork(id: string): void;
  unhostSpace(space: string): void;
  /** Returns undefined for a node without a limit on open databases. */
  sqlThreads(): SqlThreadCounts | undefined;
};

export type InspectedDelegation = {
  cid: string;
  delegator: string;
  delegatee: string;
  capabilities: { resource: string; ability: string }[];
  siwe?: string;
};

export function inspectionOf({ store, databases, sqlThreads }: NodeContext): Inspection {
  return {
    hostedSpaces: () => [...store.spaces],
    delegations: () =>
      [...store.delegations.values()].map(({ delegation }) => describe(delegation)),
    kv: (space) =>
      new Map(
        store.kv
          .entries(space)
          .map(([key, { body, headers }]) => [key, { body, headers: { ...headers } }]),
      ),
    sql: (space, db, sql) => {
      const rows: unknown[][] = [];
      databases.open(space, db).query(sql, [], (row) => rows.push(row.map(plainValue)));
      databases.save(space, db);
      return rows;
    },
    network: (id) => store.networks.get(id),
    deleteKv: (space, key) => store.commit({ kind: 'kv-forget', space, key }),
    putKv: (space, key, body, headers = {}) => {
      const value = { body, hash: contentHash(body), headers };
      store.commit({ kind: 'kv-put', space, key, value });
    },
    deleteNetwork: (id) => store.commit({ kind: 'network-forget', id }),
    unhostSpace: (space) => store.commit({ kind: 'unhost', space }),
    sqlThreads: () => sqlThreads?.counts,
  };
}

function describe(delegation: Delegation): InspectedDelegation {
  const { cid, delegator, delegatee, capabilities, signed } = delegation;
  return {
    cid,
    delegator,
    delegatee,
    capabilities: capabilities.map(({ resource, ability }) => ({
      resource: resource.text,
      ability,
    })),
    ...(signed.form === 'cacao' ? { siwe: signed.cacao.siwe } : {}),
  };
}

/** Integers that fit become numbers, so that assertions can compare them. */
function plainValue(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
