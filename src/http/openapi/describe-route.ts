/** Describes one operation: parameters, body, replies and problems of a route. */
import type { Endpoint } from '../../api/endpoint.js';
import { problem } from '../../api/problem.js';
import { ERROR_TABLE } from '../../error-table.js';
import type { ErrorCode } from '../../errors.js';
import { declaredCodes } from '../declared-codes.js';
import type { Route } from '../route.js';
import type { Components, JsonSchema } from './components.js';

/** A route of the contract. */
export type ContractRoute = Route & { readonly endpoint: Endpoint };

/** Returns whether a route is part of the contract, which pages are not. */
export const isContract = (route: Route): route is ContractRoute => route.endpoint !== undefined;

/** Describes a route as an OpenAPI operation. */
export function describeRoute(route: ContractRoute, components: Components): JsonSchema {
  const { id, tag, summary, request } = route.endpoint;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...describeSession(route),
    parameters: [...pathParametersOf(route.path), ...queryParametersOf(route.endpoint, components)],
    ...(request === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: json(components.schemaOf(request, 'input')),
          },
        }),
    responses: { ...repliesOf(route.endpoint, components), ...problemsOf(route, components) },
  };
}

const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

/**
 * Describes which sessions may call: `x-session` states the transport and the recent sign-in that a
 * change requires.
 */
function describeSession({ auth, needs }: Route): JsonSchema {
  if (auth === 'optional') return { security: [{}, { bearer: [] }, { cookie: [] }] };
  if (needs === undefined) return { security: [] };
  const isBrowser = needs.transport === 'browser';
  const security = isBrowser ? [{ cookie: [] }] : [{ bearer: [] }, { cookie: [] }];
  return { security, 'x-session': { ...needs } };
}

/** Converts a path to the form of OpenAPI: `/api/keys/{id}`. */
export const openApiPathOf = (path: string): string => path.replaceAll(/:([a-z]+)/gi, '{$1}');

const pathParametersOf = (path: string): readonly JsonSchema[] =>
  [...path.matchAll(/:([a-z]+)/gi)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParametersOf({ query }: Endpoint, components: Components): readonly JsonSchema[] {
  return Object.entries(query?.shape ?? {}).map(([name, member]) => {
    const { description, ...schema } = components.schemaOf(member, 'input');
    return { name, in: 'query', ...(description === undefined ? {} : { description }), schema };
  });
}

const MEANINGS = { 200: 'Success.', 201: 'Created.', 204: 'Success, without a body.' } as const;

function repliesOf({ replies, stream }: Endpoint, components: Components): JsonSchema {
  const described = new Map<string, { description: string; content?: JsonSchema }>();
  for (const status of [200, 201, 204] as const) {
    const schema = replies[status];
    if (schema === undefined) continue;
    const content = schema === null ? {} : { content: json(components.schemaOf(schema, 'output')) };
    described.set(String(status), { description: MEANINGS[status], ...content });
  }
  if (stream !== undefined) {
    const { description = MEANINGS[200], content = {} } = described.get('200') ?? {};
    const item = { schema: components.schemaOf(stream.item, 'output') };
    described.set('200', { description, content: { ...content, [stream.mediaType]: item } });
  }
  return Object.fromEntries(described);
}

/** Returns the problems of a route by status, each with its codes and their sentences. */
function problemsOf(route: Route, components: Components): JsonSchema {
  const schema = components.schemaOf(problem, 'output');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of declaredCodes(route)) {
    const { status } = ERROR_TABLE[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, codes]) => [
    String(status),
    {
      description: codes.map((code) => `\`${code}\`: ${ERROR_TABLE[code].sentence}`).join('\n\n'),
      ...(status === 429 ? { headers: LIMIT_HEADERS } : {}),
      content: { 'application/problem+json': { schema: withCodes(schema, codes) } },
    },
  ]);
  return Object.fromEntries(responses);
}

const withCodes = (schema: JsonSchema, codes: readonly ErrorCode[]): JsonSchema => ({
  allOf: [schema, { type: 'object', properties: { code: { enum: codes.toSorted() } } }],
});

const LIMIT_HEADERS = {
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
  'RateLimit-Policy': {
    description: 'Each limit that was consulted: its count and its window.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description: 'Each limit that was consulted: what remains, and when the window ends.',
    schema: { type: 'string' },
  },
};
