import type { Invocation } from '../formats/invocation.js';
import { msToNs } from '../formats/timestamp.js';
import type { Flight } from '../http/flights.js';
import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';
import {
  authorizeInvocation,
  requireHostedSpaces,
  requireKnownProofs,
} from '../rules/authorize-invocation.js';
import type { Effect, KvValue } from '../store/effect.js';
import { readCapabilities } from './capabilities-read.js';
import type { KvOptions } from './kv-options.js';
import { isMutation, isPut, kvTarget, kvTargets, type KvTarget } from './kv-targets.js';
import { encodeListCursor } from './list-cursor.js';
import type { Outcome } from './outcome.js';
import { stagedKey, type StagedPuts } from './stage-puts.js';

export type Run = {
  readonly invocation: Invocation;
  readonly staged: StagedPuts;
  readonly options: KvOptions;
  readonly flight: Flight;
};

/** The response to a KV write on SQLite that overlaps with another invocation. */
const DATABASE_LOCKED =
  'epoch insert failed: Execution Error: error returned from database: (code: 517) database is locked';

/**
 * Authorizes an invocation and executes its KV and capability parts. Reads check authority first
 * and hosting second; writes check in the opposite order, after their preconditions. The writes of
 * one invocation are committed together.
 */
export function runInvocation(context: NodeContext, run: Run): readonly Outcome[] {
  const { store, clock } = context;
  const writes = kvTargets(run.invocation.capabilities).filter(isMutation);
  if (writes.length === 0) {
    authorizeInvocation(store, run.invocation, msToNs(clock()));
    requireHostedSpaces(store, run.invocation);
  } else {
    requireInputs(writes, run.staged);
    requirePrecondition(context, writes, run.options);
    requireHostedSpaces(store, run.invocation);
    requireUnlockedDatabase(context, run.flight);
    authorizeInvocation(store, run.invocation, msToNs(clock()));
  }
  const effects = planWrites(context, writes, run.staged);
  const outcomes = run.invocation.capabilities.flatMap((capability) => {
    const target = kvTarget(capability);
    if (target !== undefined) return kvOutcome(context, run, target) ?? [];
    const { resource, ability } = capability;
    const isListing =
      resource.kind === 'space' && resource.service === 'capabilities' && resource.path === 'all';
    if (!isListing || ability !== 'tinycloud.capabilities/read') return [];
    const text = readCapabilities(store, resource.space.id, run.invocation, clock());
    return { kind: 'json', text } as const;
  });
  requireKnownProofs(store, run.invocation);
  store.commit(...effects, { kind: 'cited', delegations: run.invocation.parents });
  return outcomes;
}

function requireInputs(writes: readonly KvTarget[], { values }: StagedPuts): void {
  if (writes.some((write) => isPut(write) && !values.has(stagedKey(write)))) {
    throw new Refusal(401, 'Missing Input for requested action');
  }
}

function requirePrecondition(
  { store }: NodeContext,
  writes: readonly KvTarget[],
  { precondition }: KvOptions,
): void {
  if (precondition === undefined) return;
  const failed = writes.some(({ space, path }) => {
    const hash = store.kv.find(space.id, path)?.hash;
    return precondition === 'absent' ? hash !== undefined : hash !== precondition.hash;
  });
  if (failed) throw new Refusal(412, 'KV precondition failed');
}

function requireUnlockedDatabase({ storage }: NodeContext, { overlapping }: Flight): void {
  if (storage === 'sqlite' && overlapping.size > 0) throw new Refusal(500, DATABASE_LOCKED);
}

function planWrites(
  { store }: NodeContext,
  writes: readonly KvTarget[],
  { values }: StagedPuts,
): readonly Effect[] {
  const deletes = writes.filter((write) => !isPut(write));
  if (deletes.length > 1) {
    throw new Refusal(
      500,
      'database error: Execution Error: error returned from database: (code: 1555) UNIQUE constraint failed: kv_delete.invocation_id',
    );
  }
  for (const { space, path } of deletes) {
    const isNew = values.has(JSON.stringify([space.id, path]));
    if (!isNew && !store.kv.wasEverWritten(space.id, path)) {
      throw new Refusal(404, `No Such Key: ${path}`);
    }
  }
  return writes.map((write) => {
    const at = { space: write.space.id, key: write.path };
    const value = isPut(write) ? values.get(stagedKey(write)) : undefined;
    return value === undefined ? { kind: 'kv-delete', ...at } : { kind: 'kv-put', ...at, value };
  });
}

function kvOutcome(context: NodeContext, run: Run, target: KvTarget): Outcome | undefined {
  const { space, path, ability } = target;
  const stored = context.store.kv.find(space.id, path);
  const value = run.staged.values.get(stagedKey(target)) ?? stored;
  switch (ability) {
    case 'tinycloud.kv/get':
      requireFits(value, run.options);
      return { kind: 'read', key: path, value };
    case 'tinycloud.kv/metadata':
      return { kind: 'metadata', key: path, value };
    case 'tinycloud.kv/list':
      return listOutcome(context, run, target);
    case 'tinycloud.kv/put':
      return value === undefined ? undefined : { kind: 'write', hash: value.hash };
    case 'tinycloud.kv/del':
      return { kind: 'delete', hash: stored?.hash };
    default:
      return undefined;
  }
}

function requireFits(value: KvValue | undefined, { maxResponseBytes }: KvOptions): void {
  if (value === undefined || maxResponseBytes === undefined) return;
  if (value.body.length > maxResponseBytes) {
    throw new Refusal(
      413,
      `KV response is ${value.body.length} bytes, exceeding the requested limit of ${maxResponseBytes} bytes`,
    );
  }
}

function listOutcome({ store, keys }: NodeContext, run: Run, target: KvTarget): Outcome {
  const found = store.kv.list(target.space.id, target.path);
  const limit = run.options.listLimit ?? found.length;
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (page.length === found.length || last === undefined) {
    return { kind: 'list', keys: page, truncated: false };
  }
  const { invoker } = run.invocation;
  const cursor = encodeListCursor(keys.deriveKey('kv-cursor'), { invoker, target, limit }, last);
  return { kind: 'list', keys: page, truncated: true, cursor };
}
