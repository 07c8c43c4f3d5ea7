/** Tests the export of an audit trail on a replica that does not end the session itself. */
import { SessionRegistry } from '../../src/accounts/session-registry.js';
import { createUser, type UserDocument } from '../../src/accounts/user-document.js';
import { exportLines } from '../../src/http/routes/audit-routes.js';
import { parseAddress } from '../../src/protocol/address.js';
import { test } from '../test.js';

const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const SESSION = {
  id: 'one',
  hash: 'hash',
  transport: 'bearer',
  credentialId: 'wallet-1',
  createdAtMs: 0,
  expiresAtMs: 1_000,
  verifiedAtMs: 0,
  lastSeenAtMs: 0,
  rotatedAtMs: 0,
} as const;
const created = createUser('a'.repeat(32), { kind: 'wallet', address, addedAtMs: 0 }, 0);
const audit = { ...created.audit, firstSeq: 1, nextSeq: 601 };
const USER: UserDocument = { ...created, audit, sessions: [SESSION] };

/**
 * Exports a trail of three pages. After the first one, `after` is what the store has of the user.
 */
async function exportedPages(after: UserDocument | undefined): Promise<number> {
  const sessions = new SessionRegistry(() => 0);
  let stored: UserDocument | undefined = USER;
  const users = {
    find: async () => stored,
    audit: {
      read: async () => {
        stored = after;
        return [];
      },
    },
  };
  const live = { user: USER, session: SESSION };
  const lines: string[] = [];
  for await (const line of exportLines({ users, clock: () => 0, sessions }, live)) lines.push(line);
  return lines.length - 1;
}

test('an export ends before the next page once another replica has ended its session', async (t) => {
  t.is(await exportedPages(USER), 3);
  t.is(await exportedPages({ ...USER, sessions: [] }), 1);
  t.is(await exportedPages(undefined), 1);
});
