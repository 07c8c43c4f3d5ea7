/** Work that is attached to a session ends with it, whatever ended the session. */
import { SessionRegistry } from '../../src/accounts/session-registry.js';
import {
  createUser,
  type UserDocument,
  type UserSession,
} from '../../src/accounts/user-document.js';
import { parseAddress } from '../../src/protocol/address.js';
import { test } from '../test.js';
import { until } from '../until.js';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const ADDRESS = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');

const sessionOf = (id: string, more: Partial<UserSession> = {}): UserSession => ({
  id,
  hash: id,
  transport: 'bearer',
  credentialId: 'wallet-1',
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + HOUR_MS,
  verifiedAtMs: NOW_MS,
  lastSeenAtMs: NOW_MS,
  rotatedAtMs: NOW_MS,
  ...more,
});

const KEY = {
  id: 'key',
  address: ADDRESS,
  version: 1,
  counter: 0,
  label: 'Main',
  createdAtMs: 0,
} as const;

const userOf = (sessions: UserSession[], archivedAtMs?: number): UserDocument => ({
  ...createUser('a'.repeat(32), { kind: 'wallet', address: ADDRESS, addedAtMs: 0 }, NOW_MS),
  sessions,
  keys: [archivedAtMs === undefined ? KEY : { ...KEY, archivedAtMs }],
});

function createScene() {
  const clock = { nowMs: NOW_MS };
  const registry = new SessionRegistry(() => clock.nowMs);
  const ended: string[] = [];
  registry.onEnded((id) => void ended.push(id));
  return { registry, clock, ended };
}

test('a session that leaves the document ends its own holds and no others', (t) => {
  const { registry, ended } = createScene();
  const [gone, kept] = [sessionOf('gone'), sessionOf('kept')];
  const holds = [registry.hold(gone), registry.hold(gone), registry.hold(kept)];
  registry.noteChange(userOf([gone, kept]), userOf([kept]));
  t.deepEqual(
    holds.map(({ signal }) => signal.aborted),
    [true, true, false],
  );
  t.deepEqual(ended, ['gone']);
});

test('deleting a user ends all of their sessions', (t) => {
  const { registry, ended } = createScene();
  const sessions = [sessionOf('one'), sessionOf('two')];
  const holds = sessions.map((session) => registry.hold(session));
  registry.noteChange(userOf(sessions), undefined);
  t.true(holds.every(({ signal }) => signal.aborted));
  t.deepEqual(ended, ['one', 'two']);
});

test('a session ends when it expires, and an extension postpones that', async (t) => {
  const { registry, clock } = createScene();
  const [program, browser] = [
    sessionOf('program'),
    sessionOf('browser', { transport: 'cookie', expiresAtMs: NOW_MS + 168 * HOUR_MS }),
  ];
  const [ends, stays] = [registry.hold(program), registry.hold(browser)];
  const seen = { ...browser, lastSeenAtMs: NOW_MS + HOUR_MS };
  registry.noteChange(userOf([program, browser]), userOf([program, seen]));
  clock.nowMs = NOW_MS + 24 * HOUR_MS;
  await until('the end of the expired session', () => ends.signal.aborted);
  t.false(stays.signal.aborted);
  clock.nowMs = NOW_MS + 25 * HOUR_MS;
  await until('the end of the idle session', () => stays.signal.aborted);
  t.pass();
});

test('archiving a key ends the holds that refer to it and keeps the session', (t) => {
  const { registry, ended } = createScene();
  const session = sessionOf('one');
  const [about, beside] = [registry.hold(session, KEY.id), registry.hold(session)];
  registry.noteChange(userOf([session]), userOf([session], NOW_MS));
  t.deepEqual([about.signal.aborted, beside.signal.aborted], [true, false]);
  t.deepEqual(ended, []);
});

test('a hold is forgotten once its work is done', (t) => {
  const { registry } = createScene();
  const session = sessionOf('one');
  const [first, second] = [registry.hold(session), registry.hold(session)];
  first.release();
  registry.noteChange(userOf([session]), userOf([]));
  t.deepEqual([first.signal.aborted, second.signal.aborted], [false, true]);
});
