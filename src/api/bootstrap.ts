/** The setup of the TinyCloud account of a key: its state, its events and its receipt. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { time } from './formats.js';

const MAX_WAIT_MS = 25_000;

const SPACES = ['default', 'applications', 'account', 'secrets', 'public'] as const;

const stepId = z.enum([
  ...SPACES.map((space) => `session:${space}` as const),
  ...SPACES.map((space) => `host:${space}` as const),
  ...SPACES.map((space) => `activate:${space}` as const),
  'account:index-schema',
  'account:seed-spaces',
  'account:seed-applications',
  'encryption:network-create',
  'secrets:secret-records-schema',
]);

const step = z
  .strictObject({
    id: stepId,
    status: z.enum(['pending', 'running', 'done', 'failed']),
    doneAt: time.exactOptional(),
  })
  .meta({ id: 'BootstrapStep' });

const state = z
  .strictObject({
    state: z.enum(['none', 'executing', 'complete', 'failed']),
    status: z.enum(['none', 'pending', 'complete', 'failed']),
    steps: z.array(step),
    attempts: z.int().nonnegative(),
    nextAttemptAt: time.exactOptional(),
    expectedAt: time.exactOptional().meta({
      description:
        'When a setup that waits is expected to be complete, because the node takes only so many accounts at once. An estimate that may change.',
    }),
    completedAt: time.exactOptional(),
    errorCode: z.string().exactOptional(),
    retryable: z.boolean().exactOptional(),
  })
  .meta({ id: 'BootstrapState', description: 'How far the TinyCloud account of a key is.' });

/** An event of the stream; `id` counts from 1. */
export const bootstrapEvent = z
  .discriminatedUnion('event', [
    z.strictObject({ event: z.literal('state'), id: z.int(), data: state }),
    z.strictObject({ event: z.literal('step'), id: z.int(), data: step }),
  ])
  .meta({
    id: 'BootstrapEvent',
    description: 'One server-sent event: `data` is JSON. The stream ends after the final state.',
  });

const receiptReply = z
  .strictObject({
    receipt: z.string().meta({ description: 'A compact JWS (RFC 7515) by the receipts key.' }),
  })
  .meta({ id: 'BootstrapReceipt' });

const waitQuery = z.strictObject({
  waitMs: z
    .string()
    .regex(/^[0-9]{1,6}$/)
    .transform((text) => Math.min(Number(text), MAX_WAIT_MS))
    .optional()
    .meta({ description: `How long to wait for the end of a run, at most ${MAX_WAIT_MS} ms.` }),
});

/** One step of the setup. */
export type BootstrapStep = Json<typeof step>;
/** How far the TinyCloud account of a key is. */
export type BootstrapState = Json<typeof state>;
/** One server-sent event. */
export type BootstrapEvent = Json<typeof bootstrapEvent>;

export const getBootstrap = {
  id: 'getBootstrap',
  tag: 'bootstrap',
  method: 'GET',
  path: '/api/keys/:id/bootstrap',
  summary: 'Get how far the TinyCloud account is; `waitMs` waits for the end of a run',
  query: waitQuery,
  replies: { 200: state },
  errors: ['ERR_KEY_NOT_FOUND'],
} as const satisfies Endpoint;

export const followBootstrap = {
  id: 'followBootstrap',
  tag: 'bootstrap',
  method: 'GET',
  path: '/api/keys/:id/bootstrap/events',
  summary: 'Follow the setup as server-sent events: the state, each step, the final state',
  replies: {},
  stream: { mediaType: 'text/event-stream', item: bootstrapEvent },
  errors: ['ERR_KEY_NOT_FOUND', 'ERR_EVENT_STREAM_LIMIT'],
} as const satisfies Endpoint;

export const getReceipt = {
  id: 'getBootstrapReceipt',
  tag: 'bootstrap',
  method: 'GET',
  path: '/api/keys/:id/bootstrap/receipt',
  summary: 'Get what was signed for the account, under the attested receipts key',
  replies: { 200: receiptReply },
  errors: ['ERR_KEY_NOT_FOUND', 'ERR_RECEIPT_NOT_FOUND'],
} as const satisfies Endpoint;

export const retryBootstrap = {
  id: 'retryBootstrap',
  tag: 'bootstrap',
  method: 'POST',
  path: '/api/keys/:id/bootstrap/retry',
  summary: 'Try a failed setup again now; of a complete one, look whether the node still has it',
  replies: { 200: state },
  errors: ['ERR_KEY_NOT_FOUND'],
} as const satisfies Endpoint;
