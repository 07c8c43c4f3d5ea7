/**
 * Recovery codes: a way back into an account whose passkeys and wallets are lost.
 *
 * A code signs its owner in once. The session may add a passkey or a wallet within STEP_UP_MS, and
 * for every other change that needs a recent proof the owner signs in with what was added. Only
 * keyed hashes of the codes are stored. After twenty wrong codes of one set within an hour, no code
 * of that set is accepted until the hour is over; other ways to sign in are not affected.
 */
import { withAudit } from '../accounts/audit-trail.js';
import {
  type AskingSession,
  AuthorizedChange,
  type LiveUser,
} from '../accounts/authorized-change.js';
import type { RecoverySets } from '../accounts/recovery-sets.js';
import { recoveryCredentialId, requireUser, type UserDocument } from '../accounts/user-document.js';
import type { Users } from '../accounts/users.js';
import { ServiceError } from '../errors.js';
import type { CountAttempt } from './attempt-rules.js';
import { beginSession, type BegunSession, type SessionContext } from './begin-session.js';
import { createRecoveryCodes, parseRecoveryCode, printRecoveryCode } from './recovery-code.js';

/** What recovery depends on. */
export type RecoveryContext = SessionContext & {
  readonly users: Users;
  readonly recoverySets: RecoverySets;
};

/** How many wrong codes of one set are accepted within WRONG_WINDOW_MS before the set is locked. */
export const MOST_WRONG_CODES = 20;
/** The time after the first wrong code in which others count, and in which a lock lasts. */
export const WRONG_WINDOW_MS = 3_600_000;

/** New codes, as they are shown once, and the user who has them. */
export type NewRecoveryCodes = { readonly user: UserDocument; readonly codes: readonly string[] };

/**
 * Replaces the recovery codes of a user, and ends every session that began with one of the old
 * codes, except the one that makes this request.
 */
export async function replaceRecoveryCodes(
  { users, recoverySets, keys, randomBytes }: RecoveryContext,
  asking: AskingSession,
): Promise<NewRecoveryCodes> {
  const created = createRecoveryCodes(randomBytes);
  const setId = created[0]?.setId ?? '';
  const codes = created.map(({ code }) => ({ hash: keys.recoveryCodeHash(code) }));
  await recoverySets.create(setId, asking.user.userId);
  let replaced: string | undefined;
  const replace = AuthorizedChange.bySession(asking, 'recovery-replace', (live, nowMs) => {
    replaced = live.user.recovery?.setId;
    return withCodes(live, { setId, createdAtMs: nowMs, codes }, nowMs);
  });
  const user = await users.update(replace).catch(async (error: unknown) => {
    await recoverySets.remove(setId);
    throw error;
  });
  if (replaced !== undefined) await recoverySets.remove(replaced);
  return { user, codes: created.map(printRecoveryCode) };
}

function withCodes(
  { user, session }: LiveUser,
  recovery: NonNullable<UserDocument['recovery']>,
  nowMs: number,
): UserDocument {
  const old = new Set(user.recovery?.codes.map(({ hash }) => recoveryCredentialId(hash)));
  const sessions = user.sessions.filter(
    ({ id, credentialId }) => id === session.id || !old.has(credentialId),
  );
  return withAudit({ ...user, sessions, recovery }, nowMs, 'recovery-codes-created', {});
}

/**
 * Signs in with a recovery code. Rejects ERR_RECOVERY_CODE alike for a code that is malformed,
 * unknown, used or replaced, and ERR_RECOVERY_LOCKED after too many wrong codes.
 */
export async function signInWithRecoveryCode(
  context: RecoveryContext,
  typed: string,
  currentToken: string | undefined,
  countAttempt: CountAttempt,
): Promise<BegunSession> {
  const { users, recoverySets, keys } = context;
  const { setId, code } = parseRecoveryCode(typed);
  const owner = await recoverySets.ownerOf(setId);
  if (owner === undefined) throw new ServiceError('ERR_RECOVERY_CODE');
  await countAttempt(`recovery:${setId}`);
  let begun: BegunSession | undefined;
  const after = await users.update(
    AuthorizedChange.bySignIn(owner.userId, (document, nowMs) => {
      begun = undefined;
      const user = requireUser(document);
      if (user.recovery?.setId !== setId) throw new ServiceError('ERR_RECOVERY_CODE');
      requireUnlocked(user, nowMs);
      const found = user.recovery.codes.find(({ hash }) => keys.isRecoveryCodeHash(code, hash));
      if (found === undefined || found.usedAtMs !== undefined) return withWrongCode(user, nowMs);
      const credentialId = recoveryCredentialId(found.hash);
      const used = withUsedCode(user, found.hash, nowMs);
      begun = beginSession(context, used, { transport: 'cookie', credentialId, currentToken });
      return begun.user;
    }),
  );
  if (begun === undefined) throw new ServiceError('ERR_RECOVERY_CODE');
  return { ...begun, user: after };
}

type WrongCodes = { readonly count: number; readonly sinceMs: number };

/**
 * Returns the wrong codes that still count. A time in the future does not, since the clock was set
 * back.
 */
function countingOf({ recovery }: UserDocument, nowMs: number): WrongCodes | undefined {
  const wrong = recovery?.wrong;
  const ageMs = nowMs - (wrong?.sinceMs ?? 0);
  return ageMs >= 0 && ageMs < WRONG_WINDOW_MS ? wrong : undefined;
}

function requireUnlocked(user: UserDocument, nowMs: number): void {
  const wrong = countingOf(user, nowMs);
  if (wrong === undefined || wrong.count < MOST_WRONG_CODES) return;
  const retryAfterMs = wrong.sinceMs + WRONG_WINDOW_MS - nowMs;
  throw new ServiceError('ERR_RECOVERY_LOCKED', { detail: { retryAfterMs } });
}

function withWrongCode(user: UserDocument, nowMs: number): UserDocument {
  if (user.recovery === undefined) return user;
  const { count, sinceMs } = countingOf(user, nowMs) ?? { count: 0, sinceMs: nowMs };
  const recovery = { ...user.recovery, wrong: { count: count + 1, sinceMs } };
  const facts = { code: 'ERR_RECOVERY_CODE', credential: 'recovery' };
  return withAudit({ ...user, recovery }, nowMs, 'sign-in-refused', facts);
}

function withUsedCode(user: UserDocument, hash: string, nowMs: number): UserDocument {
  if (user.recovery === undefined) return user;
  const codes = user.recovery.codes.map((each) =>
    each.hash === hash ? { ...each, usedAtMs: nowMs } : each,
  );
  const { wrong: _cleared, ...kept } = user.recovery;
  const left = codes.filter(({ usedAtMs }) => usedAtMs === undefined).length;
  const recovery = { ...kept, codes };
  return withAudit({ ...user, recovery }, nowMs, 'recovery-code-used', { left });
}
