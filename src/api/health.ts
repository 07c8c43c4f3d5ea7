/** Whether the service is alive, and whether it can do its work. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.js';

const alive = z.strictObject({ status: z.literal('alive') }).meta({ id: 'Alive' });
const ready = z
  .strictObject({
    status: z.literal('ready'),
    node: z.enum(['reachable', 'unreachable']),
    certificate: z.enum(['valid', 'delayed', 'expired']).exactOptional(),
  })
  .meta({
    id: 'Ready',
    description:
      '`node` and `certificate` are informative: an unreachable node delays setups, and a delayed renewal does not stop the present certificate from serving.',
  });

export const getHealth = {
  id: 'getHealth',
  tag: 'health',
  method: 'GET',
  path: '/healthz',
  summary: 'Check that the process is alive',
  replies: { 200: alive },
  errors: [],
} as const satisfies Endpoint;

export const getReadiness = {
  id: 'getReadiness',
  tag: 'health',
  method: 'GET',
  path: '/readyz',
  summary: 'Check that state can be written and that the enclave responds',
  replies: { 200: ready },
  errors: ['ERR_NOT_READY'],
} as const satisfies Endpoint;
