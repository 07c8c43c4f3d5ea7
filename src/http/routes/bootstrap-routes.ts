import {
  type BootstrapEvent,
  type BootstrapState,
  followBootstrap,
  getBootstrap,
  getReceipt,
  retryBootstrap,
} from '../../api/bootstrap.js';
import type { LiveUser } from '../../accounts/authorized-change.js';
import { requireLiveSession } from '../../accounts/session-rules.js';
import { requireUser, type UserDocument } from '../../accounts/user-document.js';
import type { ActiveRun } from '../../provisioning/active-run.js';
import type { BootstrapRuns } from '../../provisioning/bootstrap-runs.js';
import { runIdOf, type RunSubject } from '../../provisioning/run-record.js';
import { startAdmitted } from '../../provisioning/start-admitted.js';
import { untilRunEnds } from '../../provisioning/until-run-ends.js';
import { viewBootstrap } from '../../provisioning/view-bootstrap.js';
import { admitRun } from '../../limits/limiters.js';
import { requireKey } from '../../signing/require-key.js';
import type { EventStream } from '../event-streams.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';

type Unnumbered = BootstrapEvent extends infer E ? (E extends E ? Omit<E, 'id'> : never) : never;

/**
 * Sends the current state, then each step of the run, then the final state. If no run is active and
 * the account is not complete, the stream waits for a run to start: a widget opens it before the
 * person approves.
 */
async function streamBootstrap(
  events: EventStream,
  runs: BootstrapRuns,
  subject: RunSubject,
  view: () => Promise<BootstrapState>,
): Promise<void> {
  let id = 0;
  const send = (event: Unnumbered): void => events.send({ ...event, id: (id += 1) });
  const followed = new WeakSet<ActiveRun>();
  const follow = (active: ActiveRun): void => {
    if (followed.has(active)) return;
    followed.add(active);
    events.onClose(active.watch((step) => send({ event: 'step', data: step })));
    events.onClose(tellWait(active, async () => send({ event: 'state', data: await view() })));
    const end = async (): Promise<void> => {
      const { status } = await active.finished;
      // A run that waits in its record alone starts later.
      if (status === 'pending') return;
      send({ event: 'state', data: await view() });
      events.close();
    };
    end().catch(() => events.close());
  };
  const first = await view();
  send({ event: 'state', data: first });
  if (first.status === 'complete') {
    events.close();
    return;
  }
  events.onClose(runs.onStart(subject, follow));
  const active = runs.findActive(subject);
  if (active !== undefined) follow(active);
  if (runs.lookEveryMs === undefined) return;
  const isHere = (): boolean => runs.findActive(subject) !== undefined;
  events.onClose(watchDurable(events, { first, isHere, view, send, everyMs: runs.lookEveryMs }));
}

/** How often a stream says when a run that waits is expected to be complete. */
const TELL_WAIT_MS = 10_000;

/** Tells the state again and again while a run waits. Returns a function that ends it. */
function tellWait(active: ActiveRun, tell: () => Promise<void>): () => void {
  const timer = setInterval(() => {
    if (active.attempt > 0) clearInterval(timer);
    else tell().catch(() => clearInterval(timer));
  }, TELL_WAIT_MS);
  const end = (): void => clearInterval(timer);
  active.finished.then(end, end);
  return end;
}

type Durable = {
  readonly first: BootstrapState;
  /** Returns whether this process executes the run, and therefore sends its steps itself. */
  readonly isHere: () => boolean;
  readonly view: () => Promise<BootstrapState>;
  readonly send: (event: Unnumbered) => void;
  readonly everyMs: number;
};

/**
 * Sends each change of the durable state while another replica may execute the run, and closes the
 * stream when the run or the session ends. Returns a function that ends the watch.
 */
function watchDurable(
  events: EventStream,
  { first, isHere, view, send, everyMs }: Durable,
): () => void {
  let last = first;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const now = await view();
    if (isHere() || JSON.stringify(now) === JSON.stringify(last)) return;
    send({ event: 'state', data: now });
    const hasEnded =
      now.status === 'complete' || (last.status === 'pending' && now.status === 'failed');
    last = now;
    if (hasEnded) events.close();
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch(() => events.close())
      .finally(() => {
        isLooking = false;
      });
  }, everyMs);
  return () => clearInterval(timer);
}

/** Returns the routes of account setup. */
export function bootstrapRoutes(services: Services): readonly Route[] {
  const { runs, reverifications, users, config, streams, limiters, sessions, clock } = services;

  const subjectOf = (user: UserDocument, keyId: string): RunSubject => ({
    userId: user.userId,
    keyId: requireKey(user, keyId).id,
    chainId: config.TINYCLOUD_CHAIN_IDS[0] ?? 1,
    nodeOrigin: config.TINYCLOUD_BOOTSTRAP_HOST,
  });

  /**
   * Returns the current state for a session that is still live, because a poll may have waited
   * since the request arrived. It also ends the holds of sessions and keys that another replica has
   * ended meanwhile.
   */
  const view = async (subject: RunSubject, live: LiveUser): Promise<BootstrapState> => {
    const user = requireUser(await users.find(subject.userId));
    sessions.noteChange(live.user, user);
    requireLiveSession(user, live.session.id, clock());
    return viewBootstrap(runs, subject, user);
  };

  const awaitRun = async (subject: RunSubject, waitMs: number, live: LiveUser) => {
    const hold = sessions.hold(live.session, subject.keyId);
    try {
      await untilRunEnds(runs, subject, {
        waitMs,
        signal: hold.signal,
        isPending: async () => (await view(subject, live)).status === 'pending',
        lookEveryMs: runs.lookEveryMs,
      });
    } finally {
      hold.release();
    }
  };

  return [
    sessionEndpoint(getBootstrap, {
      limit: 'read',
      handle: async ({ params, query }, live) => {
        const subject = subjectOf(live.user, params.id);
        const now = await view(subject, live);
        if (now.status !== 'pending' || query.waitMs === undefined) {
          return { status: 200, body: now };
        }
        await awaitRun(subject, query.waitMs, live);
        return { status: 200, body: await view(subject, live) };
      },
    }),
    sessionEndpoint(followBootstrap, {
      limit: 'read',
      handle: async ({ params }, live) => {
        const subject = subjectOf(live.user, params.id);
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
    sessionEndpoint(getReceipt, {
      limit: 'read',
      handle: async ({ params }, { user }) => {
        const receipt = await runs.receipts.get(subjectOf(user, params.id));
        return { status: 200, body: { receipt } };
      },
    }),
    sessionEndpoint(retryBootstrap, {
      limit: 'retry',
      change: 'bootstrap-retry',
      handle: async ({ params }, live) => {
        const subject = subjectOf(live.user, params.id);
        const { status } = await view(subject, live);
        if (status === 'complete') {
          // What the node has is not known if it does not answer, and then nothing changes.
          await reverifications.look(subject).catch(() => undefined);
        } else if (status !== 'none') {
          const isLost = live.user.bootstraps[runIdOf(subject)] !== undefined;
          await startAdmitted((userId) => admitRun(limiters, userId), runs, subject, isLost);
        }
        return { status: 200, body: await view(subject, live) };
      },
    }),
  ];
}
