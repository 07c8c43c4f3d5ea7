import { z } from 'zod';
import type { LiveUser } from '../../accounts/authorized-change.js';
import { requireLiveSession } from '../../accounts/session-rules.js';
import { requireUser, type UserDocument } from '../../accounts/user-document.js';
import type { ActiveRun } from '../../provisioning/active-run.js';
import type { BootstrapRuns } from '../../provisioning/bootstrap-runs.js';
import type { RunSubject } from '../../provisioning/run-record.js';
import { startAdmitted } from '../../provisioning/start-admitted.js';
import { untilRunEnds } from '../../provisioning/until-run-ends.js';
import { viewBootstrap, type BootstrapView } from '../../provisioning/view-bootstrap.js';
import { admitRun } from '../../limits/limiters.js';
import { requireKey } from '../../signing/require-key.js';
import type { EventStream } from '../event-streams.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';

const MAX_WAIT_MS = 25_000;
const waitQuery = z.strictObject({
  waitMs: z
    .string()
    .regex(/^[0-9]{1,6}$/)
    .transform((text) => Math.min(Number(text), MAX_WAIT_MS))
    .optional(),
});

/**
 * Sends the state, then each step of the run, then the state in which it ended. Where no run is active and the account is
 * not complete, the stream waits for one to start: a widget opens it before the person approves.
 */
async function streamBootstrap(
  events: EventStream,
  runs: BootstrapRuns,
  subject: RunSubject,
  view: () => Promise<BootstrapView>,
): Promise<void> {
  let id = 0;
  const send = (event: string, data: unknown): void => events.send(event, (id += 1), data);
  const followed = new WeakSet<ActiveRun>();
  const follow = (active: ActiveRun): void => {
    if (followed.has(active)) return;
    followed.add(active);
    events.onClose(active.watch((step) => send('step', step)));
    const end = async (): Promise<void> => {
      const { status } = await active.finished;
      // A run that waits in its record alone starts later.
      if (status === 'pending') return;
      send('state', await view());
      events.close();
    };
    end().catch(() => events.close());
  };
  const first = await view();
  send('state', first);
  if (first.status === 'complete') {
    events.close();
    return;
  }
  events.onClose(runs.onStart(subject, follow));
  const active = runs.findActive(subject);
  if (active !== undefined) follow(active);
}

export function bootstrapRoutes(services: Services): readonly Route[] {
  const { runs, users, config, streams, limiters, sessions, clock } = services;

  const subjectOf = (user: UserDocument, keyId: string): RunSubject => ({
    userId: user.userId,
    keyId: requireKey(user, keyId).id,
    chainId: config.TINYCLOUD_CHAIN_IDS[0] ?? 1,
    nodeOrigin: config.TINYCLOUD_BOOTSTRAP_HOST,
  });

  /** The view as it is now, for a session that is live now: a poll may have waited since the request arrived. */
  const view = async (subject: RunSubject, { session }: LiveUser): Promise<BootstrapView> => {
    const user = requireUser(await users.find(subject.userId));
    requireLiveSession(user, session.id, clock());
    return viewBootstrap(runs, subject, user);
  };

  const awaitRun = async (subject: RunSubject, waitMs: number, live: LiveUser) => {
    const hold = sessions.hold(live.session, subject.keyId);
    try {
      await untilRunEnds(runs, subject, {
        waitMs,
        signal: hold.signal,
        isPending: async () => (await view(subject, live)).status === 'pending',
      });
    } finally {
      hold.release();
    }
  };

  return [
    sessionRoute({
      method: 'GET',
      path: '/api/keys/:id/bootstrap',
      summary: 'How far the TinyCloud account is; waits for the end of a run for up to waitMs',
      limit: 'read',
      query: waitQuery,
      handle: async ({ params, query }, live) => {
        const subject = subjectOf(live.user, params['id'] ?? '');
        const now = await view(subject, live);
        if (now.status !== 'pending' || query.waitMs === undefined) {
          return { status: 200, body: now };
        }
        await awaitRun(subject, query.waitMs, live);
        return { status: 200, body: await view(subject, live) };
      },
    }),
    sessionRoute({
      method: 'GET',
      path: '/api/keys/:id/bootstrap/events',
      summary: 'The same as server-sent events: the state, each step, the end',
      limit: 'read',
      handle: async ({ params }, live) => {
        const subject = subjectOf(live.user, params['id'] ?? '');
        const events = streams.open(live.session, subject.keyId);
        try {
          await streamBootstrap(events, runs, subject, () => view(subject, live));
        } catch (error) {
          events.close();
          throw error;
        }
        return { status: 200, stream: events.stream };
      },
    }),
    sessionRoute({
      method: 'GET',
      path: '/api/keys/:id/bootstrap/receipt',
      summary: 'What was signed for the account, under the attested receipts key: a compact JWS',
      limit: 'read',
      handle: async ({ params }, { user }) => {
        const receipt = await runs.receipts.get(subjectOf(user, params['id'] ?? ''));
        return { status: 200, body: { receipt } };
      },
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/keys/:id/bootstrap/retry',
      summary: 'Try a failed set-up again now',
      limit: 'retry',
      change: 'bootstrap-retry',
      handle: async ({ params }, live) => {
        const subject = subjectOf(live.user, params['id'] ?? '');
        const { status } = await view(subject, live);
        const record = await runs.findRecord(subject);
        if (record !== undefined && status !== 'complete') {
          await startAdmitted((userId) => admitRun(limiters, userId), runs, subject);
        }
        return { status: 200, body: await view(subject, live) };
      },
    }),
  ];
}
