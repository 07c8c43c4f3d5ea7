/** The description of the API itself. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.js';

const description = z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' });

export const getDescription = {
  id: 'getOpenApi',
  tag: 'description',
  method: 'GET',
  path: '/openapi.json',
  summary: 'Get this description (OpenAPI 3.1)',
  replies: { 200: description },
  errors: [],
} as const satisfies Endpoint;
