/** Opens the listeners of the service and closes everything in order. */
import type { StateStore } from '../accounts/state-store.js';
import type { EngineEnvironment } from '../bootstrap/node-client.js';
import type { Config } from '../config.js';
import { createApp } from '../http/create-app.js';
import { listen } from '../http/listen.js';
import { createMetricsApp } from '../http/metrics-app.js';
import type { Services } from '../http/services.js';
import type { Logger } from '../runtime/logger.js';
import { limitsOf } from './limits-of.js';
import type { OpenedTls } from './open-tls.js';

/** A service that accepts requests. */
export type Service = {
  readonly url: string;
  /** Stops within ten seconds. Open requests are answered, and runs finish or stay durable. */
  close(): Promise<void>;
  /** Returns the metrics in the Prometheus text format. */
  metrics(): Promise<string>;
};

const GRACE_MS = 7_000;

/** What the routes depend on, and what runs beside them. */
export type ComposedServices = Services & {
  /** The work on a shared store that one of the replicas must do. */
  readonly upkeep: { stop(): Promise<void> } | undefined;
};

/** Listens, then resumes the runs of the previous process. Rejects ERR_LISTEN. */
export async function openDoors(
  config: Config,
  services: ComposedServices,
  store: StateStore,
  engine: EngineEnvironment,
  logger: Logger,
  tls: OpenedTls | undefined,
): Promise<Service> {
  const { runs, sessions, metrics, publisher, upkeep } = services;
  const app = createApp(services);
  const door = await listen(app, config.HOST, config.PORT, limitsOf(config), tls?.source);
  const metricsDoor =
    config.METRICS_PORT === undefined
      ? undefined
      : await listen(createMetricsApp(metrics), '127.0.0.1', config.METRICS_PORT);
  const resumed = runs.resumeAll();
  runs.own(resumed.then((count) => logger.info('runs-resumed', { count })));
  return {
    url: door.url,
    metrics: () => metrics.text(),
    close: async () => {
      sessions.endAll();
      publisher.close();
      await Promise.all([
        door.close(GRACE_MS + 1_000),
        metricsDoor?.close(0),
        runs.drain(GRACE_MS),
        tls?.stop(),
      ]);
      await upkeep?.stop();
      await engine.transport.close();
      await store.close();
    },
  };
}
