import {
  extendZodWithOpenApi,
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { publicRoute, type Route } from '../route.js';
import { SESSION_COOKIE } from '../session-cookie.js';

extendZodWithOpenApi(z);

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  requestId: z.string(),
  retryAfterMs: z.number().optional(),
});

const limitFields = z.object({
  'Retry-After': z.string().describe('Seconds'),
  'RateLimit-Policy': z.string().describe('Each limit consulted: its count and its window'),
  RateLimit: z.string().describe('Each limit consulted: what remains, and when the window ends'),
});

const METHODS = { GET: 'get', POST: 'post', PATCH: 'patch', DELETE: 'delete' } as const;

/** Which sessions may call: `x-session` states the freshness that a change needs. */
function describeSession({ needs }: Route): Pick<RouteConfig, 'security'> {
  if (needs === undefined) return {};
  const security =
    needs.transport === 'browser' ? [{ cookie: [] }] : [{ bearer: [] }, { cookie: [] }];
  return Object.assign({ security }, { 'x-session': { ...needs } });
}

function describe(route: Route): RouteConfig {
  const names = [...route.path.matchAll(/:([a-z]+)/gi)].map(([, name]) => name ?? '');
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
  return {
    method: METHODS[route.method],
    path: route.path.replaceAll(/:([a-z]+)/gi, '{$1}'),
    summary: route.summary,
    ...describeSession(route),
    request: {
      ...(names.length === 0
        ? {}
        : { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
      ...(route.body === undefined ? {} : { body: { content: json(route.body), required: true } }),
    },
    responses: {
      200: { description: 'Done', content: json(route.reply ?? z.unknown()) },
      429: {
        description: 'Over a limit: ERR_RATE_LIMITED; the fields say which, and when to come back',
        headers: limitFields,
        content: { 'application/problem+json': { schema: problem } },
      },
      default: {
        description: 'Refused, with a code',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  };
}

/** Generates the description of the routes. */
function describeRoutes(routes: readonly Route[]): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'For pages of this service alone: own Origin, or Sec-Fetch-Site: same-origin.',
  });
  for (const route of routes) registry.registerPath(describe(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Sealwright', version: '1' },
  });
}

/** `GET /openapi.json`, generated from the other routes at the first request, so that a start does not wait for it. */
export function openApiRoute(routes: readonly Route[]): Route {
  let document: object | undefined;
  return publicRoute({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description',
    limit: 'probe',
    handle: async () => {
      document ??= describeRoutes(routes);
      return { status: 200, body: document };
    },
  });
}
