import * as contract from '../../api/apps.js';
import { stopApp } from '../../signing/stop-app.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewApp } from '../views.js';
import { timestampOf } from '../../protocol/timestamp.js';

/** Returns the routes of apps. */
export function appRoutes(services: Services): readonly Route[] {
  return [
    sessionEndpoint(contract.listApps, {
      limit: 'read',
      handle: async (_request, { user }) => {
        const apps = (user.apps ?? []).toSorted((a, b) => b.lastApprovedAtMs - a.lastApprovedAtMs);
        const nowMs = services.clock();
        return { status: 200, body: { apps: apps.map((each) => viewApp(each, nowMs)) } };
      },
    }),
    sessionEndpoint(contract.stopApp, {
      limit: 'write',
      change: 'app-stop',
      handle: async ({ body }, live) => {
        const { untilMs, sessions } = await stopApp(services, live, body.origin);
        const until = untilMs === undefined ? {} : { until: timestampOf(untilMs) };
        return { status: 200, body: { ...until, sessions } };
      },
    }),
  ];
}
