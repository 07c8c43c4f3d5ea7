/** Counters for operators. No label ever takes a value from a request. */
import { Counter, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = {
  countSignature(): void;
  countRootSignature(): void;
  countBootstrap(event: string): void;
  countRequest(status: number): void;
  countDocumentRead(): void;
  countBodyRead(): void;
  /** A use of a key, a challenge that is made or known again, a quote. */
  countCryptoOperation(): void;
  /** `limit`: a name of our own table. */
  countRefusal(limit: string): void;
  /** The Prometheus text format. */
  text(): Promise<string>;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `sealwright_${name}`, help, labelNames, registers: [registry] });
  const signatures = counter('signatures_total', 'Messages signed for users');
  const rootSignatures = counter('root_signatures_total', 'Delegations signed for a bootstrap');
  const bootstraps = counter('bootstrap_events_total', 'What bootstraps came to', ['event']);
  const reads = counter('document_reads_total', 'Documents looked for in the store');
  const requests = counter('http_requests_total', 'Requests answered, by status class', ['class']);
  const bodies = counter('bodies_read_total', 'Bodies read from the network and parsed');
  const crypto = counter('crypto_operations_total', 'Uses of a key, challenges, quotes');
  const refusals = counter('rate_limited_total', 'Requests over a limit, by limit', ['limit']);
  return {
    countSignature: () => signatures.inc(),
    countRootSignature: () => rootSignatures.inc(),
    countBootstrap: (event) => bootstraps.inc({ event }),
    countRequest: (status) => requests.inc({ class: `${Math.floor(status / 100)}xx` }),
    countDocumentRead: () => reads.inc(),
    countBodyRead: () => bodies.inc(),
    countCryptoOperation: () => crypto.inc(),
    countRefusal: (limit) => refusals.inc({ limit }),
    text: () => registry.metrics(),
  };
}
