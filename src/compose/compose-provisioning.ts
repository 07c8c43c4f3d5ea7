/** Composes the bootstrap engine and the hook that uses it. */
import { createUndiciNodeTransport } from '../adapters/undici-node-transport.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { createUsers, type UsersParts } from '../accounts/users.js';
import type { IssueReceipt } from '../evidence/receipt-issuer.js';
import { type GuardedTransport, guardTransport } from '../bootstrap/guarded-transport.js';
import { type BreakerSettings, DEFAULT_BREAKER, NodeBreaker } from '../bootstrap/node-breaker.js';
import { NodeClock } from '../bootstrap/node-clock.js';
import { createNodeWriteLock } from '../bootstrap/node-write-lock.js';
import {
  DEFAULT_LIMITS,
  type EngineEnvironment,
  type EngineLimits,
  NodeClient,
} from '../bootstrap/node-client.js';
import { createNodeIdentity, type NodeIdentity } from '../bootstrap/node-identity.js';
import type {
  HookEvent,
  NodeEngine,
  ProvisioningContext,
  RunOwners,
} from '../provisioning/provisioning-context.js';
import { type BudgetSettings, NodeBudget, PLACE_MS } from '../provisioning/node-budget.js';
import { createNodePins, nodeIdOf } from '../provisioning/node-pins.js';
import type { Services } from '../http/services.js';
import type { Config } from '../config.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { admitRun, type Limiters } from '../limits/limiters.js';
import { createKeyedLock } from '../runtime/keyed-lock.js';
import type { Logger } from '../runtime/logger.js';
import { createLoopMeter } from '../runtime/loop-meter.js';
import { LoopTurns } from '../runtime/loop-turns.js';
import type { Metrics } from '../runtime/metrics.js';

/** Limits and delays that are not part of the configuration. */
export type Tuning = {
  readonly limits: EngineLimits;
  readonly nodeBreaker: BreakerSettings;
  readonly nodePlaces: Omit<BudgetSettings, 'most'>;
  readonly retryDelaysMs: readonly number[];
  readonly clockRetryMs: number;
  readonly clockProbeMs: number;
  readonly readBackDelayMs: number;
  readonly reverifyAfterMs: number;
  readonly resumeWithinMs: number;
  readonly runsAtOnce: number;
  readonly runsWaiting: number;
  readonly sweepEveryMs: number;
  readonly enclaveDeadlineMs: number;
};

/** The limits and delays in production. */
export const DEFAULT_TUNING: Tuning = {
  limits: DEFAULT_LIMITS,
  nodeBreaker: DEFAULT_BREAKER,
  nodePlaces: { placeMs: PLACE_MS, recoveryMs: 600_000 },
  retryDelaysMs: [1_000, 5_000, 15_000, 60_000, 300_000, 1_800_000],
  clockRetryMs: 600_000,
  clockProbeMs: 15_000,
  readBackDelayMs: 5_000,
  reverifyAfterMs: 86_400_000,
  resumeWithinMs: 30_000,
  runsAtOnce: 8,
  runsWaiting: 2_048,
  sweepEveryMs: 60_000,
  enclaveDeadlineMs: 10_000,
};

/** How often all records are swept on a shared store. */
const SHARED_SWEEP_MS = 5_000;

/** The engine, with how many of its requests are in flight. */
export type GuardedEngine = NodeEngine & { readonly transport: GuardedTransport };

/** Creates the engine for the configured node. */
export function createEngine(
  config: Config,
  tuning: Tuning,
  around: Pick<EngineEnvironment, 'clock' | 'randomBytes'>,
): GuardedEngine {
  const { clock } = around;
  const monotonicMs = (): number => performance.now();
  const breaker = new NodeBreaker(tuning.nodeBreaker, monotonicMs);
  const turns = new LoopTurns();
  const origin = config.TINYCLOUD_BOOTSTRAP_HOST;
  return {
    transport: guardTransport(createUndiciNodeTransport({ origin }), breaker),
    breaker,
    nodeWrites: createNodeWriteLock(monotonicMs),
    nodeClock: new NodeClock({ clock, monotonicMs }),
    clock,
    monotonicMs,
    randomBytes: around.randomBytes,
    turn: () => turns.next(),
    limits: tuning.limits,
  };
}

/** The dependencies of the hook. */
export type ProvisioningParts = {
  readonly documents: SealedDocuments;
  readonly keys: ServiceKeys;
  readonly engine: NodeEngine;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly issueReceipt: IssueReceipt;
  readonly limiters: Limiters;
  readonly onChanged: NonNullable<UsersParts['onChanged']>;
  readonly replicas: RunOwners | undefined;
};

/** Creates the context in which the hook works. */
export function createProvisioningContext(
  config: Config,
  tuning: Tuning,
  parts: ProvisioningParts,
): ProvisioningContext {
  const { documents, keys, engine, logger, metrics, issueReceipt, limiters, onChanged } = parts;
  const { replicas } = parts;
  const nodeOrigin = config.TINYCLOUD_BOOTSTRAP_HOST;
  return {
    users: createUsers({ documents, lock: createKeyedLock(), clock: engine.clock, onChanged }),
    documents,
    keys,
    engine,
    identity: createNodeIdentity(config.TINYCLOUD_NODE_DID, createNodePins(documents, nodeOrigin)),
    budget: new NodeBudget(
      { most: config.TINYCLOUD_BOOTSTRAP_NODE_BUDGET, ...tuning.nodePlaces },
      documents,
      nodeIdOf(nodeOrigin),
      engine,
    ),
    settings: {
      enabled: config.TINYCLOUD_BOOTSTRAP_ON_SIGN,
      chainIds: config.TINYCLOUD_CHAIN_IDS,
      nodeOrigin,
      domain: new URL(config.PUBLIC_ORIGIN).host,
      runsAtOnce: tuning.runsAtOnce,
      runsWaiting: tuning.runsWaiting,
      // Another replica may die at any time, and its runs must not wait for long.
      sweepEveryMs:
        replicas === undefined
          ? tuning.sweepEveryMs
          : Math.min(tuning.sweepEveryMs, SHARED_SWEEP_MS),
      retryDelaysMs: tuning.retryDelaysMs,
      clockRetryMs: tuning.clockRetryMs,
      clockProbeMs: tuning.clockProbeMs,
      readBackDelayMs: tuning.readBackDelayMs,
      reverifyAfterMs: tuning.reverifyAfterMs,
      resumeWithinMs: tuning.resumeWithinMs,
    },
    report: (event, fields) => {
      metrics.countBootstrap(event);
      const { durationMs } = fields;
      if (event === 'bootstrap-complete' && typeof durationMs === 'number') {
        metrics.observeSetUp(Math.max(0, durationMs / 1_000));
      }
      if (WARNINGS.has(event)) logger.warn(event, fields);
      else logger.info(event, fields);
    },
    countRootSignature: () => metrics.countRootSignature(),
    issueReceipt,
    admitRun: (userId) => admitRun(limiters, userId),
    loop: createLoopMeter(),
    replicas,
    monotonicMs: engine.monotonicMs,
  };
}

const WARNINGS: ReadonlySet<HookEvent> = new Set([
  'bootstrap-failed',
  'node-away',
  'node-budget-halved',
  'node-clock-off',
]);

const FIRST_LOOK_MS = 2_000;

/**
 * Verifies the identity of the node once, with a short deadline. A node that is unavailable does
 * not delay the start and is logged.
 */
export async function meetNode(
  engine: EngineEnvironment,
  identity: NodeIdentity,
  logger: Logger,
): Promise<void> {
  const limits = { ...engine.limits, requestDeadlineMs: FIRST_LOOK_MS, triesPerRequest: 1 };
  const client = new NodeClient({ ...engine, limits }, AbortSignal.timeout(FIRST_LOOK_MS));
  try {
    await identity.require(() => client.info());
  } catch (error) {
    logger.warn('node-unreachable', { error });
  }
}

/** Returns what `/readyz` says of the node. */
export function describeNode({
  identity,
  engine,
}: Pick<ProvisioningContext, 'identity' | 'engine'>): ReturnType<Services['nodeState']> {
  const { offsetMs } = engine.nodeClock;
  return {
    node: identity.isKnown() && !engine.breaker.isOpen ? 'reachable' : 'unreachable',
    ...(offsetMs === undefined ? {} : { nodeClockOffsetS: Math.round(offsetMs / 1_000) }),
  };
}
