/**
 * Creates the Koa application: the route table, with request ids, problems, bodies and sessions in
 * front.
 */
import { randomUUID } from 'node:crypto';
import Koa, { type Context } from 'koa';
import type { z } from 'zod';
import { ServiceError } from '../errors.js';
import { answerProblems } from './middleware/answer-problems.js';
import { logRequests } from './middleware/log-requests.js';
import { openSessionFor } from './open-session.js';
import { requireRule } from '../accounts/session-rules.js';
import { declaredCodes } from './declared-codes.js';
import { createRouteFinder } from './find-route.js';
import { readJsonBody } from './read-body.js';
import type { Route, RouteRequest } from './route.js';
import { createRouteTable } from './route-table.js';
import { sendReply } from './send-reply.js';
import type { Services } from './services.js';
import { encodeSessionCookie } from './session-cookie.js';
import { exporterOf } from './tls-exporter.js';

/** Creates the application that serves all routes. */
export function createApp(services: Services): Koa {
  const app = new Koa();
  const { logger, metrics, requestLimits } = services;
  // Koa would print every error that a handler throws; answerProblems has already logged it.
  app.silent = true;
  app.use(logRequests(logger, metrics, () => randomUUID()));
  app.use(answerProblems(logger));
  app.use(async (ctx, next) => {
    await requestLimits.admit(ctx);
    await next();
  });
  const routes = createRouteTable(services).map((route) => ({
    ...route,
    codes: route.endpoint === undefined ? undefined : declaredCodes(route),
  }));
  const finder = createRouteFinder(routes);
  app.use(async (ctx) => {
    const found = finder.find(ctx.method, ctx.path);
    if (found === undefined) return refuse(ctx, finder.methodsOf(ctx.path));
    const { route, params } = found;
    ctx.state['declaredCodes'] = route.codes;
    ctx['params'] = params;
    return answer(services, route, ctx);
  });
  return app;
}

/**
 * Throws ERR_ROUTE_NOT_FOUND, or ERR_METHOD_NOT_ALLOWED with the methods that the path supports.
 */
function refuse(ctx: Context, methods: readonly string[]): never {
  if (methods.length === 0) throw new ServiceError('ERR_ROUTE_NOT_FOUND');
  ctx.set('Allow', methods.join(', '));
  throw new ServiceError('ERR_METHOD_NOT_ALLOWED');
}

async function answer(services: Services, route: Route, ctx: Context): Promise<void> {
  ctx.state['route'] = route.path;
  const header = (name: string): string | undefined => ctx.get(name) || undefined;
  const { requestLimits, metrics } = services;
  await requestLimits.enter(ctx, route.limit);
  // The session is opened first, so that the body of an unauthorized caller is never read.
  const live = await openSessionFor(route, services, { method: ctx.method, header });
  // This first check refuses a request that cannot succeed before its body is read.
  // AuthorizedChange authorizes the change again under the user's lock.
  if (live !== undefined && route.needs !== undefined) {
    requireRule(live.user, live.session, route.needs, services.clock());
  }
  if (live?.renewedToken !== undefined) {
    const { renewedToken, session } = live;
    ctx.set('Set-Cookie', encodeSessionCookie(renewedToken, session.expiresAtMs, services.clock()));
  }
  if (live !== undefined) await requestLimits.identify(ctx, route.limit, live.user);
  const { endpoint } = route;
  if (endpoint?.request !== undefined) metrics.countBodyRead();
  const request: RouteRequest<unknown, unknown, string> = {
    params: { ...ctx['params'] },
    receivedAtMs: Number(ctx.state['receivedAtMs']),
    query: endpoint === undefined ? { ...ctx.query } : parseWith(endpoint.query, { ...ctx.query }),
    body: endpoint?.request && parseWith(endpoint.request, await readJsonBody(ctx)),
    header,
    client: requestLimits.clientOf(ctx),
    exporter: () => exporterOf(ctx.req),
    countKey: (keyId) => requestLimits.countKey(ctx, route.limit, keyId),
    countAttempt: (challenge) => requestLimits.countAttempt(ctx, challenge),
  };
  sendReply(ctx, endpoint, await route.handle(request, live));
}

function parseWith(schema: z.ZodType | undefined, untrusted: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = parseSafely(schema, untrusted);
  if (result?.success === true) return result.data;
  const members = result?.error.issues.map(({ path }) => path.join('.')) ?? [];
  throw new ServiceError('ERR_REQUEST_INVALID', { detail: { members } });
}

/**
 * Schemas compare members that they have not identified yet, and comparing an attacker's object may
 * throw.
 */
function parseSafely(
  schema: z.ZodType,
  untrusted: unknown,
): z.ZodSafeParseResult<unknown> | undefined {
  try {
    return schema.safeParse(untrusted);
  } catch {
    return undefined;
  }
}
