import Koa from 'koa';
import type { Metrics } from '../runtime/metrics.js';

/** `GET /metrics` on a port of its own, loopback: counters are the operator's. */
export function createMetricsApp(metrics: Metrics): Koa {
  const app = new Koa();
  app.use(async (ctx) => {
    if (ctx.path !== '/metrics') ctx.throw(404);
    ctx.type = 'text/plain; version=0.0.4';
    ctx.body = await metrics.text();
  });
  return app;
}
