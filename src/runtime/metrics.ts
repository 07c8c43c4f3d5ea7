/** Counters for operators. No label ever takes a value from a request. */
import { Counter, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = {
  countSignature(): void;
  countRootSignature(): void;
  countBootstrap(event: string): void;
  countRequest(status: number): void;
  countDocumentRead(): void;
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
  return {
    countSignature: () => signatures.inc(),
    countRootSignature: () => rootSignatures.inc(),
    countBootstrap: (event) => bootstraps.inc({ event }),
    countRequest: (status) => requests.inc({ class: `${Math.floor(status / 100)}xx` }),
    countDocumentRead: () => reads.inc(),
    text: () => registry.metrics(),
  };
}
