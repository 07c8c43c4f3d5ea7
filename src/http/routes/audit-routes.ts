import { Readable } from 'node:stream';
import { AUDIT_PURPOSE, type AuditHeader } from '../../../attestation/schema/audit.js';
import { readAudit } from '../../api/audit.js';
import { firstSeqOf } from '../../accounts/audit-log.js';
import type { LiveUser } from '../../accounts/authorized-change.js';
import type { UserDocument } from '../../accounts/user-document.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';

const MAX_PAGE = 200;

/** Reads users and their trails. */
type Trails = Pick<Services['users'], 'find' | 'audit'>;

const headerOf = (user: UserDocument, nowMs: number): AuditHeader => ({
  export: AUDIT_PURPOSE,
  user_id: user.userId,
  exported_at: new Date(nowMs).toISOString(),
  first_seq: firstSeqOf(user),
  entries: user.audit.nextSeq - firstSeqOf(user),
  head: user.audit.head,
});

/**
 * Yields the lines of an export. It stops if the session ends, on this replica or on another one,
 * and the header, which states the number of entries, then shows that it is incomplete.
 */
export async function* exportLines(
  { users, clock, sessions }: Pick<Services, 'clock' | 'sessions'> & { readonly users: Trails },
  { user, session }: LiveUser,
): AsyncGenerator<string> {
  const hold = sessions.hold(session);
  try {
    yield `${JSON.stringify(headerOf(user, clock()))}\n`;
    for (let from = firstSeqOf(user); from < user.audit.nextSeq; from += MAX_PAGE) {
      sessions.noteChange(user, await users.find(user.userId));
      if (hold.signal.aborted) return;
      const page = await users.audit.read(user, from, MAX_PAGE);
      yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    }
  } finally {
    hold.release();
  }
}

/** Returns the routes of the audit trail. */
export function auditRoutes(services: Services): readonly Route[] {
  const { users } = services;
  return [
    sessionEndpoint(readAudit, {
      limit: 'export',
      handle: async ({ query }, live) => {
        const { user } = live;
        if (query.format === 'jsonl') {
          return { status: 200, stream: Readable.from(exportLines(services, live)) };
        }
        const limit = Math.min(query.newest ?? query.limit ?? 50, MAX_PAGE);
        const asked = query.newest === undefined ? query.from : user.audit.nextSeq - limit;
        const from = Math.max(asked ?? 1, firstSeqOf(user));
        const entries = await users.audit.read(user, from, limit);
        const next = from + entries.length;
        return {
          status: 200,
          body: {
            entries,
            head: user.audit.head,
            firstSeq: firstSeqOf(user),
            lastSeq: user.audit.nextSeq - 1,
            ...(next < user.audit.nextSeq ? { next } : {}),
          },
        };
      },
    }),
  ];
}
