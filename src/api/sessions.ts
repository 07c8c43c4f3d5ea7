/** The sessions of the user. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { time } from './formats.js';

const session = z
  .strictObject({
    id: z.string(),
    transport: z.enum(['bearer', 'cookie']),
    credentialId: z.string(),
    device: z
      .string()
      .exactOptional()
      .meta({
        description: 'The browser and the system that signed in, as far as they are known.',
        examples: ['Firefox on Windows'],
      }),
    apps: z.array(z.string()).exactOptional().meta({
      description: 'The origins of the apps whose requests were approved in it.',
    }),
    current: z.boolean().meta({ description: 'Whether it is the session of this request.' }),
    createdAt: time,
    expiresAt: time,
    lastSeenAt: time,
    verifiedAt: time.meta({
      description: 'When the person last used a wallet or passkey (RFC 3339, in UTC).',
    }),
  })
  .meta({ id: 'Session' });
const sessionList = z.strictObject({ sessions: z.array(session) }).meta({ id: 'SessionList' });

/** A session of the user. */
export type Session = Json<typeof session>;
/** The sessions that have not expired. */
export type SessionList = Json<typeof sessionList>;

export const listSessions = {
  id: 'listSessions',
  tag: 'account',
  method: 'GET',
  path: '/api/account/sessions',
  summary: 'List the sessions that have not expired',
  replies: { 200: sessionList },
  errors: [],
} as const satisfies Endpoint;

export const endSession = {
  id: 'endSession',
  tag: 'account',
  method: 'DELETE',
  path: '/api/account/sessions/:id',
  summary: 'End a session',
  replies: { 204: null },
  errors: ['ERR_SESSION_NOT_FOUND'],
} as const satisfies Endpoint;

export const endOtherSessions = {
  id: 'endOtherSessions',
  tag: 'account',
  method: 'DELETE',
  path: '/api/account/sessions',
  summary: 'End every session but the one of this request',
  replies: { 204: null },
  errors: [],
} as const satisfies Endpoint;
