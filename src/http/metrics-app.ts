import Koa from 'koa';
import type { Metrics } from '../runtime/metrics.js';

/**
 * Serves `GET /metrics` on a separate loopback port, because counters are for the operator only.
 */
export function createMetricsApp(metrics: Metrics): Koa {
  const app = new Koa();
  app.use(async (ctx) => {
    if (ctx.path !== '/metrics') ctx.throw(404);
    ctx.type = 'text/plain; version=0.0.4';
    ctx.body = await metrics.text();
  });
  return app;
}
