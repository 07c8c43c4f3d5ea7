import type { SealedDocuments } from '../accounts/sealed-documents.js';
import type { Users } from '../accounts/users.js';
import type { NodeBreaker } from '../bootstrap/node-breaker.js';
import type { EngineEnvironment } from '../bootstrap/node-client.js';
import type { RunClaims } from '../bootstrap/receipt.js';
import type { NodeIdentity } from '../bootstrap/node-identity.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import type { LoopMeter } from '../runtime/loop-meter.js';
import type { AdmitRun } from './admit-run.js';
import type { NodeBudget } from './node-budget.js';

/** The events that the hook reports. The composition root turns them into log lines and metrics. */
export type HookEvent =
  | 'bootstrap-started'
  | 'bootstrap-complete'
  | 'bootstrap-failed'
  | 'bootstrap-verified'
  | 'bootstrap-repaired'
  | 'bootstrap-unverified'
  | 'bootstrap-lost'
  | 'node-clock-off'
  | 'node-clock-back'
  | 'node-budget-halved'
  | 'node-away'
  | 'node-back';

/** The engine, with the breaker of its node. */
export type NodeEngine = EngineEnvironment & { readonly breaker: NodeBreaker };

/** How often a run that another replica executes is read. */
export const FOLLOW_EVERY_MS = 250;

/** This replica, and whether another one may still execute its runs. */
export type RunOwners = {
  readonly id: string;
  isAlive(id: string): Promise<boolean>;
  /** Resolves to whether this replica does what one of them must do. */
  isFirst(): Promise<boolean>;
};

/** The dependencies and settings of the hook. */
export type ProvisioningContext = {
  readonly users: Users;
  readonly documents: SealedDocuments;
  readonly keys: ServiceKeys;
  readonly engine: NodeEngine;
  readonly identity: NodeIdentity;
  readonly budget: NodeBudget;
  readonly settings: {
    readonly enabled: boolean;
    readonly chainIds: readonly number[];
    readonly nodeOrigin: string;
    /** Host and port of the public origin, which is the domain of the plan's SIWE messages. */
    readonly domain: string;
    /** The most runs that execute at once. Fewer do while the event loop is late. */
    readonly runsAtOnce: number;
    /** The number of runs that wait in memory for a turn. More wait in their records alone. */
    readonly runsWaiting: number;
    /**
     * The interval between sweeps of all records. Each sweep starts runs that are neither active
     * nor scheduled.
     */
    readonly sweepEveryMs: number;
    /** The delay before each further attempt. The last one repeats. */
    readonly retryDelaysMs: readonly number[];
    /** The delay of every further attempt while the clock of the node is out of reach. */
    readonly clockRetryMs: number;
    /** How often the node is asked for its time while it is out of reach and runs wait. */
    readonly clockProbeMs: number;
    /**
     * The time from completion to the read-back. On a node with SQLite, an immediate read could
     * make an app's first write fail.
     */
    readonly readBackDelayMs: number;
    /** The longest time over which a start spreads the runs that an earlier process left. */
    readonly resumeWithinMs: number;
    /** The age at which a complete account is verified again in the background. */
    readonly reverifyAfterMs: number;
  };
  readonly report: (
    event: HookEvent,
    fields: Readonly<Record<string, string | number | boolean>>,
  ) => void;
  readonly countRootSignature: () => void;
  /** Signs the receipt of a completed run as a compact JWS. */
  readonly issueReceipt: (claims: RunClaims) => Promise<string>;
  readonly admitRun: AdmitRun;
  readonly loop: LoopMeter;
  /** Milliseconds from any origin. Unlike the clock, it is never set. */
  readonly monotonicMs: () => number;
  /** The replicas that share the store, or undefined if this process owns it. */
  readonly replicas?: RunOwners | undefined;
};
