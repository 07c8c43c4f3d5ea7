/** The Koa application: the route table behind request ids, problems, bodies and sessions. */
import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import type { z } from 'zod';
import { ServiceError } from '../errors.js';
import { hex } from '../protocol/bytes.js';
import { answerProblems } from './middleware/answer-problems.js';
import { logRequests } from './middleware/log-requests.js';
import { openSession } from './open-session.js';
import { requireRule } from '../accounts/session-rules.js';
import { declaredCodes } from './declared-codes.js';
import { readJsonBody } from './read-body.js';
import type { Route, RouteRequest } from './route.js';
import { createRouteTable } from './route-table.js';
import { sendReply } from './send-reply.js';
import type { Services } from './services.js';
import { encodeSessionCookie } from './session-cookie.js';

export function createApp(services: Services): Koa {
  const app = new Koa();
  const { logger, metrics, clock, randomBytes, requestLimits } = services;
  // Koa would print what a handler threw; answerProblems has logged what may be said of it.
  app.silent = true;
  app.use(logRequests(logger, metrics, clock, () => hex(randomBytes(8))));
  app.use(answerProblems(logger));
  app.use(async (ctx, next) => {
    await requestLimits.admit(ctx);
    await next();
  });
  const router = new Router();
  for (const route of createRouteTable(services)) {
    const codes = route.endpoint === undefined ? undefined : declaredCodes(route);
    router.register(route.path, [route.method], (ctx) => {
      ctx.state['declaredCodes'] = codes;
      return answer(services, route, ctx);
    });
  }
  app.use(async (ctx, next) => {
    await next();
    if (ctx.status === 404 && ctx.body === undefined) throw new ServiceError('ERR_ROUTE_NOT_FOUND');
  });
  app.use(router.routes());
  app.use(router.allowedMethods({ throw: true, ...refusals }));
  return app;
}

const refusals = {
  methodNotAllowed: () => new ServiceError('ERR_METHOD_NOT_ALLOWED'),
  notImplemented: () => new ServiceError('ERR_METHOD_NOT_ALLOWED'),
};

async function answer(services: Services, route: Route, ctx: Context): Promise<void> {
  ctx.state['route'] = route.path;
  const header = (name: string): string | undefined => ctx.get(name) || undefined;
  const { requestLimits, metrics } = services;
  await requestLimits.enter(ctx, route.limit);
  // The session before the body: who may not ask is not read.
  const live =
    route.auth === 'session'
      ? await openSession(services, { method: ctx.method, header })
      : undefined;
  // A first look, so that a request that cannot succeed is refused before its body is read. What it changes is authorized again
  // under the user's lock, by AuthorizedChange.
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
    query: parseWith(endpoint?.query, { ...ctx.query }),
    body: endpoint?.request && parseWith(endpoint.request, await readJsonBody(ctx)),
    header,
    client: requestLimits.clientOf(ctx),
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

/** Schemas compare members of what they have not identified yet, and an attacker's object may throw when it is compared. */
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
