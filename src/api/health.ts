/** Whether the service is alive, and whether it can do its work. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import type { Problem } from './problem.js';

const alive = z.strictObject({ status: z.literal('alive') }).meta({ id: 'Alive' });
const ready = z
  .strictObject({
    status: z.literal('ready'),
    node: z.enum(['reachable', 'unreachable']),
    nodeClockOffsetS: z
      .int()
      .exactOptional()
      .meta({ description: 'How many seconds the clock of the node is ahead, once it is known.' }),
    certificate: z.enum(['valid', 'delayed', 'expired']).exactOptional(),
    clientAddress: z.enum(['own', 'gateway', 'machine']).meta({
      description:
        'The address that the service sees this request come from: an address of the client, a private one, which a gateway shares between its clients, or one of the machine itself.',
    }),
  })
  .meta({
    id: 'Ready',
    description:
      'What it says of the node and of the certificate is informative: a node delays setups, and a delayed renewal does not stop the present certificate from serving.',
  });

/** A part that is not ready. */
export type UnreadyPart = NonNullable<Problem['unready']>[number];
/** Whose address a service sees a request come from. */
export type ClientAddress = Json<typeof ready>['clientAddress'];
/** What a service that is ready says of the node. */
export type NodeState = Pick<Json<typeof ready>, 'node' | 'nodeClockOffsetS'>;

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
