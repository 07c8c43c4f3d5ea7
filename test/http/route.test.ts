import { z } from 'zod';
import { test } from '../test.js';
import type { Endpoint } from '../../src/api/endpoint.js';
import { publicEndpoint, sessionEndpoint } from '../../src/http/route.js';

const shared = { id: 'x', tag: 'health', summary: 'x', errors: [] } as const;

const readName = {
  ...shared,
  method: 'GET',
  path: '/names/:id',
  replies: { 200: z.strictObject({ name: z.string() }) },
} as const satisfies Endpoint;

const makeName = {
  ...shared,
  method: 'POST',
  path: '/names',
  request: z.strictObject({ name: z.string() }),
  replies: { 201: z.strictObject({ name: z.string() }), 204: null },
} as const satisfies Endpoint;

const named = async () => ({ status: 200 as const, body: { name: 'x' } });
const made = async () => ({ status: 201 as const, body: { name: 'x' } });

test('a route names its class of work, or does not compile', (t) => {
  t.is(publicEndpoint(readName, { limit: 'read', handle: named }).limit, 'read');
  // @ts-expect-error without a class
  publicEndpoint(readName, { handle: named });
  // @ts-expect-error a class that does not exist
  publicEndpoint(readName, { limit: 'reading', handle: named });
  // @ts-expect-error a class that is counted elsewhere
  publicEndpoint(readName, { limit: 'sign-up', handle: named });
});

test('a route of a change names the change, or does not compile', (t) => {
  const { needs } = sessionEndpoint(makeName, { limit: 'write', change: 'sign', handle: made });
  t.deepEqual(needs, { transport: 'any', freshness: 'any' });
  // @ts-expect-error a change without its name
  sessionEndpoint(makeName, { limit: 'write', handle: made });
  // @ts-expect-error a reading route that names a change
  sessionEndpoint(readName, { limit: 'read', change: 'sign', handle: named });
});

test('a handler returns what its endpoint declares, or does not compile', (t) => {
  t.is(
    publicEndpoint(readName, {
      limit: 'read',
      handle: async ({ params }) => ({ status: 200, body: { name: params.id } }),
    }).path,
    '/names/:id',
  );
  publicEndpoint(makeName, { limit: 'read', handle: async () => ({ status: 204 }) });
  publicEndpoint(readName, {
    limit: 'read',
    // @ts-expect-error a status that is not declared
    handle: async () => ({ status: 201, body: { name: 'x' } }),
  });
  publicEndpoint(readName, {
    limit: 'read',
    // @ts-expect-error a body without a member
    handle: async () => ({ status: 200, body: {} }),
  });
  publicEndpoint(readName, {
    limit: 'read',
    // @ts-expect-error no body at all
    handle: async () => ({ status: 200 }),
  });
  // @ts-expect-error a member that is not declared
  publicEndpoint(readName, {
    limit: 'read',
    handle: async () => ({ status: 200, body: { name: 'x', secret: 'y' } }),
  });
  publicEndpoint(makeName, {
    limit: 'read',
    // @ts-expect-error a body where none is declared
    handle: async () => ({ status: 204, body: { name: 'x' } }),
  });
  publicEndpoint(readName, {
    limit: 'read',
    // @ts-expect-error a parameter that the path does not have
    handle: async ({ params }) => ({ status: 200, body: { name: params.name } }),
  });
});
