/** Tests event streams: they are limited in number and bytes, and end with their session. */
import { once } from 'node:events';
import { text as readAll } from 'node:stream/consumers';
import { SessionRegistry } from '../../src/accounts/session-registry.js';
import { createUser, type UserSession } from '../../src/accounts/user-document.js';
import { EventStreams } from '../../src/http/event-streams.js';
import { parseAddress } from '../../src/protocol/address.js';
import { test } from '../test.js';

const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const SESSION: UserSession = {
  id: 'one',
  hash: 'hash',
  transport: 'bearer',
  credentialId: 'wallet-1',
  createdAtMs: 0,
  expiresAtMs: 1_000,
  verifiedAtMs: 0,
  lastSeenAtMs: 0,
  rotatedAtMs: 0,
};
const user = createUser('a'.repeat(32), { kind: 'wallet', address, addedAtMs: 0 }, 0);
const signedIn = { ...user, sessions: [SESSION] };

const STEP = { id: 'host:default', status: 'running' } as const;

function createScene() {
  const sessions = new SessionRegistry(() => 0);
  const streams = new EventStreams(sessions);
  return { sessions, open: () => streams.open(SESSION, 'key') };
}

test('a session has at most three streams, and closing one makes room at once', (t) => {
  const { open } = createScene();
  // The streams have no reader, and a stream that failed to begin must not keep its place.
  const [first] = [open(), open(), open()];
  t.throws(open, { code: 'ERR_EVENT_STREAM_LIMIT' });
  first?.close();
  t.notThrows(open);
  t.throws(open, { code: 'ERR_EVENT_STREAM_LIMIT' });
});

test('closing twice makes room once', (t) => {
  const { open } = createScene();
  const [first] = [open(), open(), open()];
  first?.close();
  first?.close();
  t.notThrows(open);
  t.throws(open, { code: 'ERR_EVENT_STREAM_LIMIT' });
});

test('a stream ends with its session and sends nothing more', async (t) => {
  const { sessions, open } = createScene();
  const opened = open();
  const closed: string[] = [];
  opened.onClose(() => void closed.push('closed'));
  opened.send({ event: 'step', id: 1, data: STEP });
  sessions.noteChange(signedIn, user);
  opened.send({ event: 'step', id: 2, data: STEP });
  t.deepEqual(closed, ['closed']);
  t.is(await readAll(opened.stream), `event: step\nid: 1\ndata: ${JSON.stringify(STEP)}\n\n`);
});

test('a reader that leaves makes room, and the stream of one that does not read is destroyed', async (t) => {
  const { open } = createScene();
  const [left, slow] = [open(), open()];
  open();
  left.stream.destroy();
  await once(left.stream, 'close');
  const again = open();
  for (let id = 1; !slow.stream.destroyed && id < 10_000; id += 1) {
    slow.send({ event: 'step', id, data: STEP });
  }
  t.true(slow.stream.destroyed);
  again.close();
});

test('an event that the contract does not declare is never sent', (t) => {
  const { open } = createScene();
  const data = { ...STEP, secret: 'x' };
  t.throws(() => open().send({ event: 'step', id: 1, data }), { instanceOf: TypeError });
});
