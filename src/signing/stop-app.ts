/** Ends what the service can end for an app. Rights that were signed end by themselves. */
import { withAudit } from '../accounts/audit-trail.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import type { UserDocument, UserSession } from '../accounts/user-document.js';
import type { Users } from '../accounts/users.js';
import { ServiceError } from '../errors.js';
import type { Reviews } from './review/reviews.js';

/** What stopping an app depends on. */
export type StopContext = { readonly users: Users; readonly reviews: Reviews };

/** When the last right of a stopped app expires, and how many sessions were ended. */
export type StoppedApp = { readonly untilMs: number | undefined; readonly sessions: number };

/**
 * Stops an app in one commit: its sessions end, its approvals no longer count, and nothing is
 * signed for it without a prompt until the person approves a request of it again. Rejects
 * ERR_APP_NOT_FOUND if nothing was approved for it.
 */
export async function stopApp(
  { users, reviews }: StopContext,
  asking: AskingSession,
  appOrigin: string,
): Promise<StoppedApp> {
  let stopped: StoppedApp | undefined;
  await users.update(
    AuthorizedChange.bySession(asking, 'app-stop', ({ user, session }, nowMs) => {
      const isKnown =
        user.approvedOrigins.includes(appOrigin) ||
        (user.apps ?? []).some(({ origin }) => origin === appOrigin);
      if (!isKnown) throw new ServiceError('ERR_APP_NOT_FOUND');
      const left = user.sessions.filter((each) => each.id === session.id || !isOf(each, appOrigin));
      const sessions = user.sessions.length - left.length;
      stopped = { untilMs: lastEndOf(user, appOrigin, nowMs), sessions };
      const after = { ...withoutApprovals(user, appOrigin, nowMs), sessions: left };
      return withAudit(after, nowMs, 'app-stopped', { appOrigin, sessions });
    }),
  );
  await reviews.dropApp(asking.user.userId, appOrigin);
  if (stopped === undefined) throw new TypeError('an update that did not happen');
  return stopped;
}

/** Returns whether a session served this app and no other one. */
const isOf = ({ appOrigins = [] }: UserSession, appOrigin: string): boolean =>
  appOrigins.length > 0 && appOrigins.every((each) => each === appOrigin);

function withoutApprovals(user: UserDocument, appOrigin: string, nowMs: number): UserDocument {
  const { apps = [], approvedOrigins } = user;
  return {
    ...user,
    approvedOrigins: approvedOrigins.filter((each) => each !== appOrigin),
    apps: apps.map((each) =>
      each.origin === appOrigin
        ? {
            ...each,
            stoppedAtMs: nowMs,
            approvals: each.approvals.map((approval) => ({ ...approval, pairs: [] })),
          }
        : each,
    ),
  };
}

/**
 * Returns when the last right of the app expires, from its records and from the grants of its
 * domain, which also exist in documents without records.
 */
function lastEndOf(user: UserDocument, appOrigin: string, nowMs: number): number | undefined {
  const { host } = new URL(appOrigin);
  const ends = [
    ...(user.apps ?? []).filter(({ origin }) => origin === appOrigin).map(({ untilMs }) => untilMs),
    ...user.grants.filter(({ domain }) => domain === host).map(({ expiresAtMs }) => expiresAtMs),
  ].filter((each) => typeof each === 'number' && each > nowMs);
  return ends.length === 0 ? undefined : Math.max(...ends.map(Number));
}
