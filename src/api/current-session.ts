/** Whether this browser is signed in. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { keyList } from './keys.js';

const currentSession = z
  .strictObject({
    signedIn: z.boolean(),
    keys: keyList.shape.keys.meta({ description: 'Empty without a session.' }),
  })
  .meta({ id: 'CurrentSession' });

/** Whether the caller is signed in, and the keys of the user. */
export type CurrentSession = Json<typeof currentSession>;

export const getCurrentSession = {
  id: 'getCurrentSession',
  tag: 'sign-in',
  method: 'GET',
  path: '/api/auth/session',
  summary: 'Ask whether the caller is signed in, which is no error if they are not',
  replies: { 200: currentSession },
  errors: ['ERR_ORIGIN_REFUSED'],
} as const satisfies Endpoint;
