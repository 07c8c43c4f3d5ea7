/** The account of the signed-in user. */
import { z } from 'zod';
import { credential } from './credentials.js';
import type { Endpoint, Json } from './endpoint.js';
import { address, time } from './formats.js';
import { key } from './keys.js';

/** The user, with what they may change about themselves. */
export const account = z
  .strictObject({
    id: z.string(),
    createdAt: time,
    credentials: z.array(credential),
    keys: z.array(key),
    recovery: z
      .strictObject({ createdAt: time, codesLeft: z.int().nonnegative() })
      .nullable()
      .meta({ description: 'The recovery codes, or null if there are none.' }),
    autoSignEnabled: z
      .boolean()
      .meta({ description: 'Whether a sign-in to TinyCloud sets up the account.' }),
    delegateSignEnabled: z
      .boolean()
      .meta({ description: 'Whether an app may set up the account without asking.' }),
  })
  .meta({ id: 'Account', description: 'The signed-in user.' });

const preferences = z
  .strictObject({
    autoSignEnabled: z.boolean().optional(),
    delegateSignEnabled: z.boolean().optional(),
  })
  .meta({ id: 'Preferences', examples: [{ autoSignEnabled: false }] });

const deletion = z
  .strictObject({
    deleted: z.literal(true),
    remains: z.strictObject({
      data: z.string(),
      addresses: z.array(address),
      tombstone: z.string(),
    }),
  })
  .meta({ id: 'AccountDeletion', description: 'What a deletion leaves behind, and where.' });

/** The signed-in user. */
export type Account = Json<typeof account>;
/** What the user switches on or off. */
export type Preferences = z.output<typeof preferences>;

export const getAccount = {
  id: 'getAccount',
  tag: 'account',
  method: 'GET',
  path: '/api/account',
  summary: 'Get the signed-in user',
  replies: { 200: account },
  errors: [],
} as const satisfies Endpoint;

export const changePreferences = {
  id: 'changePreferences',
  tag: 'account',
  method: 'PATCH',
  path: '/api/account',
  summary: 'Change preferences; turning one on needs a browser session with a recent sign-in',
  request: preferences,
  replies: { 200: account },
  errors: ['ERR_SESSION_TRANSPORT', 'ERR_STEP_UP_REQUIRED'],
} as const satisfies Endpoint;

export const deleteAccount = {
  id: 'deleteAccount',
  tag: 'account',
  method: 'DELETE',
  path: '/api/account',
  summary: 'Delete the account for good',
  replies: { 200: deletion },
  errors: [],
} as const satisfies Endpoint;
