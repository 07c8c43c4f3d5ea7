/** Tests what a request leaves in the log and in the metrics. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import Koa from 'koa';
import { logRequests, traceIdOf } from '../../src/http/middleware/log-requests.js';
import { createLogger } from '../../src/runtime/logger.js';
import { createMetrics } from '../../src/runtime/metrics.js';
import { test } from '../test.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

test('a trace is read from a well-formed header only', (t) => {
  t.is(traceIdOf(`00-${TRACE}-00f067aa0ba902b7-01`), TRACE);
  const refused = [
    '',
    TRACE,
    `00-${TRACE}-00f067aa0ba902b7-01-more`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}"}-00f067aa0ba902b7-01`,
  ];
  for (const header of refused) t.is(traceIdOf(header), undefined, header);
});

test('a request is logged and observed by its route, and by nothing that it chose', async (t) => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const logger = createLogger({ level: 'info', stream, clock: Date.now });
  const metrics = createMetrics();
  const app = new Koa();
  app.use(logRequests(logger, metrics, () => 'id'));
  app.use(async (ctx) => {
    if (ctx.path === '/known/7') ctx.state['route'] = '/known/:id';
    ctx.status = 204;
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
  await (await fetch(`${url}/known/7`, { headers })).text();
  await (await fetch(`${url}/a-secret-name`, { method: 'PUT' })).text();
  const log = String(stream.read());
  const [first = '', second = ''] = log.trim().split('\n');
  t.like(JSON.parse(first), { event: 'request', traceId: TRACE, route: '/known/:id', status: 204 });
  t.like(JSON.parse(second), { event: 'request', route: 'none' });
  t.false(log.includes('secret'));
  const text = await metrics.text();
  const counted = 'sealwright_http_request_duration_seconds_count';
  t.true(text.includes(`${counted}{class="2xx",route="GET /known/:id"} 1`), text);
  t.true(text.includes(`${counted}{class="2xx",route="none"} 1`));
  t.false(text.includes('secret'));
});

test('the gauges of set-ups are read when the metrics are', async (t) => {
  const metrics = createMetrics();
  let counts = { active: 1, waiting: 0, waitMs: 0 };
  metrics.watchSetUps(() => counts);
  t.regex(await metrics.text(), /^sealwright_bootstraps_active 1$/m);
  counts = { active: 8, waiting: 40, waitMs: 90_000 };
  t.regex(await metrics.text(), /^sealwright_bootstraps_active 8$/m);
  t.regex(await metrics.text(), /^sealwright_bootstraps_waiting 40$/m);
  t.regex(await metrics.text(), /^sealwright_bootstrap_wait_seconds 90$/m);
  metrics.observeSetUp(3);
  t.regex(await metrics.text(), /^sealwright_bootstrap_duration_seconds_bucket\{le="4"\} 1$/m);
});
