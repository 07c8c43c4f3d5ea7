/** Each change has a rule, which is applied to the session as it is under the user's lock. */
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { CHANGE_RULES, type ChangeName } from '../../src/accounts/session-rules.js';
import {
  createUser,
  credentialIdOf,
  recoveryCredentialId,
  type UserCredential,
  type UserDocument,
  type UserSession,
} from '../../src/accounts/user-document.js';
import { errorCodeOf } from '../../src/errors.js';
import { parseAddress } from '../../src/protocol/address.js';
import { test } from '../test.js';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const MINUTE_MS = 60_000;
const USER_ID = 'a'.repeat(32);
const WALLET: UserCredential = {
  kind: 'wallet',
  address: parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F'),
  addedAtMs: NOW_MS,
};
const PASSKEY: UserCredential = {
  kind: 'passkey',
  id: 'AAAA',
  publicKey: 'AAAA',
  counter: 1,
  transports: [],
  deviceType: 'singleDevice',
  backedUp: false,
  name: 'Phone',
  addedAtMs: NOW_MS,
};

const SESSION: UserSession = {
  id: 'session',
  hash: 'hash',
  transport: 'cookie',
  credentialId: credentialIdOf(WALLET),
  createdAtMs: NOW_MS - MINUTE_MS,
  expiresAtMs: NOW_MS + 60 * MINUTE_MS,
  verifiedAtMs: NOW_MS - MINUTE_MS,
  lastSeenAtMs: NOW_MS,
  rotatedAtMs: NOW_MS - MINUTE_MS,
};

const RECOVERY = { setId: 'SET', createdAtMs: NOW_MS, codes: [{ hash: 'c0de'.repeat(16) }] };
const BY_CODE = { credentialId: recoveryCredentialId('c0de'.repeat(16)) };

type Sight = {
  readonly session?: Partial<UserSession>;
  readonly credentials?: UserCredential[];
  readonly recovery?: UserDocument['recovery'];
};

/** The sessions of the columns below, as the document contains them when the change is applied. */
const SIGHTS: readonly Sight[] = [
  {},
  { session: { id: 'another' } },
  { session: { expiresAtMs: NOW_MS } },
  { session: { lastSeenAtMs: NOW_MS - 24 * 60 * MINUTE_MS } },
  { session: { transport: 'bearer' } },
  { session: { verifiedAtMs: NOW_MS - 5 * MINUTE_MS } },
  // The clock was set back since the proof.
  { session: { verifiedAtMs: NOW_MS + 1 } },
  // The credential of the proof was removed, or may have been copied.
  { credentials: [PASSKEY] },
  {
    session: { credentialId: credentialIdOf(PASSKEY) },
    credentials: [WALLET, { ...PASSKEY, clonedAtMs: NOW_MS }],
  },
  { session: BY_CODE, recovery: RECOVERY },
  { session: { ...BY_CODE, verifiedAtMs: NOW_MS - 5 * MINUTE_MS }, recovery: RECOVERY },
  // The codes were replaced since.
  { session: BY_CODE, recovery: { ...RECOVERY, codes: [{ hash: 'new' }] } },
];

const [INVALID, EXPIRED] = ['ERR_SESSION_INVALID', 'ERR_SESSION_EXPIRED'];
const [TRANSPORT, STEP_UP] = ['ERR_SESSION_TRANSPORT', 'ERR_STEP_UP_REQUIRED'];

const OKS = Array<string>(7).fill('ok');
const STEP_UPS = Array<string>(4).fill(STEP_UP);
const ANY = ['ok', INVALID, EXPIRED, EXPIRED, 'ok', ...OKS];
const BROWSER = ['ok', INVALID, EXPIRED, EXPIRED, TRANSPORT, ...OKS];
const PROVED = ['ok', INVALID, EXPIRED, EXPIRED, TRANSPORT, ...STEP_UPS];
const PRESENT = [...PROVED, STEP_UP, STEP_UP, STEP_UP];
const PRESENT_OR_RECOVERED = [...PROVED, 'ok', STEP_UP, STEP_UP];

/**
 * The columns: recent browser session, revoked, expired, idle for a day, session of a program,
 * browser session without a recent proof, proof from the future, proof by a removed credential,
 * proof by a credential that was marked as copied, recent recovery code, old recovery code,
 * recovery code that was replaced.
 */
const TABLE: { readonly [name in ChangeName]: readonly string[] } = {
  sign: ANY,
  review: ANY,
  'key-create': ANY,
  'key-rename': ANY,
  'key-archive': ANY,
  'key-unarchive': ANY,
  'preference-lower': ANY,
  'preference-raise': PRESENT,
  'session-end': ANY,
  'app-stop': BROWSER,
  'bootstrap-retry': ANY,
  'credential-rename': BROWSER,
  'credential-add': PRESENT_OR_RECOVERED,
  'recovery-replace': PRESENT,
  'key-export': PRESENT,
  'credential-remove': PRESENT,
  'credential-unblock': PRESENT,
  'account-delete': PRESENT,
};

function userWith({ session = {}, credentials = [WALLET], recovery }: Sight): UserDocument {
  const user = createUser(USER_ID, WALLET, NOW_MS);
  const sessions = [{ ...SESSION, ...session }];
  return { ...user, credentials, sessions, ...(recovery === undefined ? {} : { recovery }) };
}

function outcomeOf(name: ChangeName, sight: Sight): string {
  const asking = { user: { userId: USER_ID }, session: { id: SESSION.id } };
  const change = AuthorizedChange.bySession(asking, name, ({ user }) => user);
  try {
    change.apply(userWith(sight), NOW_MS);
    return 'ok';
  } catch (error) {
    return errorCodeOf(error) ?? String(error);
  }
}

for (const [name, expected] of Object.entries(TABLE) as [ChangeName, readonly string[]][]) {
  test(`${name} is judged by the session as it is under the lock`, (t) => {
    t.deepEqual(
      SIGHTS.map((sight) => outcomeOf(name, sight)),
      expected,
    );
  });
}

test('the table names every change', (t) => {
  t.deepEqual(Object.keys(CHANGE_RULES).toSorted(), Object.keys(TABLE).toSorted());
});

test('a session of a deleted user changes nothing', (t) => {
  const asking = { user: { userId: USER_ID }, session: { id: SESSION.id } };
  const change = AuthorizedChange.bySession(asking, 'sign', ({ user }) => user);
  t.throws(() => change.apply(undefined, NOW_MS), { code: INVALID });
});
