import type { SealedDocuments } from '../accounts/sealed-documents.js';
import type { Users } from '../accounts/users.js';
import type { EngineEnvironment } from '../bootstrap/node-client.js';
import type { RunClaims } from '../bootstrap/receipt.js';
import type { NodeIdentity } from '../bootstrap/node-identity.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import type { AdmitRun } from './start-admitted.js';

/** What the hook tells its surroundings; the composition root turns it into log lines and metrics. */
export type HookEvent =
  | 'bootstrap-started'
  | 'bootstrap-complete'
  | 'bootstrap-failed'
  | 'bootstrap-verified'
  | 'bootstrap-repaired'
  | 'bootstrap-unverified'
  | 'bootstrap-lost';

export type ProvisioningContext = {
  readonly users: Users;
  readonly documents: SealedDocuments;
  readonly keys: ServiceKeys;
  readonly engine: EngineEnvironment;
  readonly identity: NodeIdentity;
  readonly settings: {
    readonly enabled: boolean;
    readonly chainIds: readonly number[];
    readonly nodeOrigin: string;
    /** Host and port of the public origin, the domain of the plan's SIWEs. */
    readonly domain: string;
    readonly runsAtOnce: number;
    /** Runs that wait in memory for one of those to end; more wait in their records alone. */
    readonly runsWaiting: number;
    /** From one look at all records to the next: each run that nobody works on is taken up. */
    readonly sweepEveryMs: number;
    /** Delay before each further attempt; the last one repeats. */
    readonly retryDelaysMs: readonly number[];
    /** From completion to the read-back: on a node with SQLite a read beside an app's first write would fail that write. */
    readonly readBackDelayMs: number;
    /** Age at which a cache hit is looked at again in the background. */
    readonly reverifyAfterMs: number;
  };
  readonly report: (
    event: HookEvent,
    fields: Readonly<Record<string, string | number | boolean>>,
  ) => void;
  readonly countRootSignature: () => void;
  /** Signs the receipt of a finished run; the compact JWS. */
  readonly issueReceipt: (claims: RunClaims) => Promise<string>;
  readonly admitRun: AdmitRun;
};
