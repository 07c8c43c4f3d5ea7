/** Metrics for operators. No label takes a value from a request. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** A request that was answered. */
export type AnsweredRequest = {
  /** The pattern of its route with the method, or `none`. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
};

/** How many set-ups this process executes, and how many wait in it. */
export type SetUpCounts = {
  readonly active: number;
  readonly waiting: number;
  /** How long a set-up is expected to take that arrives now, or 0 if it begins soon. */
  readonly waitMs: number;
};

/** What is known of the node. */
export type NodeFigures = {
  /** How far the clock of the node is ahead, in milliseconds. Undefined before its first reply. */
  readonly clockOffsetMs: number | undefined;
  /** Whether it does not answer, so that nothing is sent. */
  readonly isAway: boolean;
  readonly inFlight: number;
  /** How many accounts the node may hold open, and how many are allowed at once. */
  readonly places: { readonly taken: number; readonly allowed: number };
};

/** The metrics of the service. */
export type Metrics = {
  countSignature(): void;
  countRootSignature(): void;
  countBootstrap(event: string): void;
  observeRequest(request: AnsweredRequest): void;
  /** Observes a set-up that completed, from its first attempt. */
  observeSetUp(seconds: number): void;
  /** Reads the counts each time the metrics are read. */
  watchSetUps(read: () => SetUpCounts): void;
  /** Reads what is known of the node each time the metrics are read. */
  watchNode(read: () => NodeFigures): void;
  /** Looks which parts are not ready each time the metrics are read. */
  watchReadiness(find: () => Promise<readonly { readonly part: string }[]>): void;
  /** Counts an attempt to copy the journal to files that failed. */
  countCheckpointFailure(): void;
  /** Counts an attempt to obtain a certificate. */
  countCertificateOrder(outcome: 'issued' | 'failed'): void;
  /** Reads when the certificate expires (ms since 1970) each time the metrics are read. */
  watchCertificate(read: () => number): void;
  countDocumentRead(): void;
  countBodyRead(): void;
  /** Counts a use of a key, a challenge that is created or verified, or a quote. */
  countCryptoOperation(): void;
  /** `limit` must be a name from the table of rate classes. */
  countRefusal(limit: string): void;
  /** Returns all metrics in the Prometheus text format. */
  text(): Promise<string>;
};

/** Upper bounds in seconds, from a cached signature to a request that waits for a set-up. */
const REQUEST_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** Upper bounds in seconds, from a node nearby to a node that was away for an hour. */
const SET_UP_BUCKETS = [0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 300, 900, 3_600];

/** The parts that readiness looks at. */
const PARTS = ['store', 'enclave'] as const;

/** Creates metrics at zero, along with the default metrics of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `sealwright_${name}`, help, labelNames, registers: [registry] });
  const signatures = counter('signatures_total', 'Messages signed for users');
  const rootSignatures = counter('root_signatures_total', 'Delegations signed for bootstraps');
  const bootstraps = counter('bootstrap_events_total', 'Bootstrap events, by event', ['event']);
  const reads = counter('document_reads_total', 'Reads of the document store');
  const checkpoints = counter(
    'checkpoint_failures_total',
    'Attempts to copy the journal of the store to its files that failed',
  );
  const requests = counter('http_requests_total', 'Requests answered, by status class', ['class']);
  const durations = new Histogram({
    name: 'sealwright_http_request_duration_seconds',
    help: 'Time until a request was answered, by route and status class',
    labelNames: ['route', 'class'],
    buckets: REQUEST_BUCKETS,
    registers: [registry],
  });
  const setUps = new Histogram({
    name: 'sealwright_bootstrap_duration_seconds',
    help: 'Time from the first attempt of a bootstrap until it completed',
    buckets: SET_UP_BUCKETS,
    registers: [registry],
  });
  let readSetUps = (): SetUpCounts => ({ active: 0, waiting: 0, waitMs: 0 });
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({
      name: `sealwright_${name}`,
      help,
      registers: [registry],
      collect: () => made.set(read()),
    });
  };
  gauge('bootstraps_active', 'Bootstraps in progress', () => readSetUps().active);
  gauge('bootstraps_waiting', 'Bootstraps that wait for a turn', () => readSetUps().waiting);
  gauge(
    'bootstrap_wait_seconds',
    'How long a bootstrap that begins now is expected to take, or 0 if it need not wait',
    () => readSetUps().waitMs / 1_000,
  );
  const orders = counter('certificate_orders_total', 'Orders of certificates, by outcome', [
    'outcome',
  ]);
  let readExpiry = (): number => 0;
  gauge(
    'certificate_expiry_seconds',
    'When the certificate that the service obtained expires (since 1970), or 0 without one',
    () => readExpiry() / 1_000,
  );
  let readNode = (): NodeFigures => ({
    clockOffsetMs: undefined,
    isAway: false,
    inFlight: 0,
    places: { taken: 0, allowed: 0 },
  });
  gauge(
    'node_clock_offset_seconds',
    'How far the clock of the node is ahead of ours, or NaN before its first reply',
    () => (readNode().clockOffsetMs ?? NaN) / 1_000,
  );
  gauge('node_away', '1 while the node does not answer and set-ups wait', () =>
    Number(readNode().isAway),
  );
  gauge('node_requests_in_flight', 'Requests to the node in flight', () => readNode().inFlight);
  gauge(
    'node_accounts_open',
    'Accounts whose SQL databases the node may still hold open for us',
    () => readNode().places.taken,
  );
  gauge(
    'node_accounts_allowed',
    'Accounts that may be open at the node at once: the budget, or less after SQL timed out',
    () => readNode().places.allowed,
  );
  let findUnready = async (): Promise<readonly { readonly part: string }[]> => [];
  const ready: Gauge<'part'> = new Gauge({
    name: 'sealwright_ready',
    help: '1 if a part of the service can do its work, otherwise 0, by part',
    labelNames: ['part'],
    registers: [registry],
    collect: async () => {
      const unready = new Set((await findUnready()).map(({ part }) => part));
      for (const part of PARTS) ready.set({ part }, unready.has(part) ? 0 : 1);
    },
  });
  const bodies = counter('bodies_read_total', 'Bodies read from the network and parsed');
  const crypto = counter('crypto_operations_total', 'Key uses, challenges and quotes');
  const refusals = counter('rate_limited_total', 'Requests rejected by a rate limit, by limit', [
    'limit',
  ]);
  return {
    countSignature: () => signatures.inc(),
    countRootSignature: () => rootSignatures.inc(),
    countBootstrap: (event) => bootstraps.inc({ event }),
    observeRequest: ({ route, status, seconds }) => {
      const labels = { class: `${Math.floor(status / 100)}xx` };
      requests.inc(labels);
      durations.observe({ ...labels, route }, seconds);
    },
    observeSetUp: (seconds) => setUps.observe(seconds),
    watchSetUps: (read) => {
      readSetUps = read;
    },
    countCertificateOrder: (outcome) => orders.inc({ outcome }),
    watchCertificate: (read) => {
      readExpiry = read;
    },
    watchNode: (read) => {
      readNode = read;
    },
    watchReadiness: (find) => {
      findUnready = find;
    },
    countDocumentRead: () => reads.inc(),
    countCheckpointFailure: () => checkpoints.inc(),
    countBodyRead: () => bodies.inc(),
    countCryptoOperation: () => crypto.inc(),
    countRefusal: (limit) => refusals.inc({ limit }),
    text: () => registry.metrics(),
  };
}
