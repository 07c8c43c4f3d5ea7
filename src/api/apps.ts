/** The apps for which the person approved something. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { address, time } from './formats.js';

const rights = z.string().meta({
  description: 'What the app may do, to be read after "can". Empty if it was given no rights.',
  examples: ['read and change everything in your default space'],
});

const grant = z
  .strictObject({ rights, approvedAt: time, until: time })
  .meta({ id: 'AppGrant', description: 'Rights of an app that have not expired.' });

const app = z
  .strictObject({
    origin: z.string(),
    keyAddress: address,
    firstApprovedAt: time,
    lastApprovedAt: time,
    rights: rights.meta({ description: 'The rights of the newest approval, as in a grant.' }),
    until: time.exactOptional().meta({
      description: 'When the last of its rights expires; absent if it holds none.',
    }),
    stoppedAt: time.exactOptional().meta({
      description:
        'When the person stopped it; absent unless it was stopped since it was approved.',
    }),
    grants: z.array(grant).meta({ description: 'The newest first; at most 4.' }),
  })
  .meta({ id: 'App', description: 'An app, and what the person approved for it with one key.' });

const appList = z.strictObject({ apps: z.array(app) }).meta({ id: 'AppList' });

const stopRequest = z
  .strictObject({ origin: z.url({ protocol: /^https?$/ }).max(300) })
  .meta({ id: 'StopAppRequest', examples: [{ origin: 'https://app.example' }] });

const stopped = z
  .strictObject({
    until: time.exactOptional().meta({
      description: 'Until when rights that were given out still hold; absent if there are none.',
    }),
    sessions: z.int().nonnegative().meta({ description: 'How many sessions were ended.' }),
  })
  .meta({ id: 'StoppedApp' });

/** An app, and what the person approved for it with one key. */
export type App = Json<typeof app>;
/** The apps, by their last approval, the newest first. */
export type AppList = Json<typeof appList>;
/** What remains of an app that was stopped. */
export type StoppedApp = Json<typeof stopped>;

export const listApps = {
  id: 'listApps',
  tag: 'account',
  method: 'GET',
  path: '/api/apps',
  summary: 'List the apps for which the person approved something, the latest first',
  replies: { 200: appList },
  errors: [],
} as const satisfies Endpoint;

export const stopApp = {
  id: 'stopApp',
  tag: 'account',
  method: 'POST',
  path: '/api/apps/stop',
  summary: 'End the sessions of an app, and have its next request shown in full',
  request: stopRequest,
  replies: { 200: stopped },
  errors: ['ERR_APP_NOT_FOUND', 'ERR_SESSION_TRANSPORT'],
} as const satisfies Endpoint;
