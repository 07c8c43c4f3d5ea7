/** Counters for operators. No label takes a value from a request. */
import { Counter, Registry, collectDefaultMetrics } from 'prom-client';

/** The counters of the service. */
export type Metrics = {
  countSignature(): void;
  countRootSignature(): void;
  countBootstrap(event: string): void;
  countRequest(status: number): void;
  /** Counts an attempt to copy the journal to files that failed. */
  countCheckpointFailure(): void;
  countDocumentRead(): void;
  countBodyRead(): void;
  /** Counts a use of a key, a challenge that is created or verified, or a quote. */
  countCryptoOperation(): void;
  /** `limit` must be a name from the table of rate classes. */
  countRefusal(limit: string): void;
  /** Returns all metrics in the Prometheus text format. */
  text(): Promise<string>;
};

/** Creates counters at zero, along with the default metrics of the process. */
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
  const bodies = counter('bodies_read_total', 'Bodies read from the network and parsed');
  const crypto = counter('crypto_operations_total', 'Key uses, challenges and quotes');
  const refusals = counter('rate_limited_total', 'Requests rejected by a rate limit, by limit', [
    'limit',
  ]);
  return {
    countSignature: () => signatures.inc(),
    countRootSignature: () => rootSignatures.inc(),
    countBootstrap: (event) => bootstraps.inc({ event }),
    countRequest: (status) => requests.inc({ class: `${Math.floor(status / 100)}xx` }),
    countDocumentRead: () => reads.inc(),
    countCheckpointFailure: () => checkpoints.inc(),
    countBodyRead: () => bodies.inc(),
    countCryptoOperation: () => crypto.inc(),
    countRefusal: (limit) => refusals.inc({ limit }),
    text: () => registry.metrics(),
  };
}
