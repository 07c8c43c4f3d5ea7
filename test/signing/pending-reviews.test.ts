/**
 * Tests pending reviews: each is taken once, expires on time, and uses the memory that is counted
 * for it.
 */
import type { UserKey } from '../../src/accounts/user-document.js';
import { createRecap } from '../../src/protocol/recap.js';
import {
  MAX_PENDING_BYTES,
  type PendingReview,
  PendingReviews,
} from '../../src/signing/review/pending-reviews.js';
import { createReview } from '../../src/signing/review/review.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { heldBytes } from '../held-bytes.js';
import { test } from '../test.js';
import {
  APP,
  composeRequest,
  createOneUser,
  NOW_MS,
  session,
  SigningMachine,
  spaceOf,
} from './one-user.js';

const LIFETIME_MS = 300_000;
const KEEP_MS = 600_000;

type Scheduled = { readonly task: () => void; readonly atMs: number };

/** Creates reviews with a clock and a timer that the test controls. */
function createDesk() {
  const state = { nowMs: NOW_MS, scheduled: [] as Scheduled[], count: 0 };
  const reviews = new PendingReviews({
    clock: () => state.nowMs,
    schedule: (task, delayMs) => void state.scheduled.push({ task, atMs: state.nowMs + delayMs }),
  });
  const add = (changes: Partial<PendingReview> = {}): string => {
    state.count += 1;
    const id = String(state.count).padStart(32, '0');
    const review = {
      id,
      userId: 'alice',
      sessionId: 's1',
      keyId: 'k1',
      appOrigin: APP,
      bytes: new Uint8Array(1_024),
      digest: '0'.repeat(64),
      expiresAtMs: state.nowMs + LIFETIME_MS,
      isGrave: false,
      isRed: false,
      showsSetUp: false,
    };
    reviews.add({ ...review, ...changes });
    return id;
  };
  /** Runs the timer while there are tasks. */
  const pass = (ms: number): void => {
    const endMs = state.nowMs + ms;
    for (;;) {
      const [next] = state.scheduled;
      if (next === undefined || next.atMs > endMs) break;
      state.scheduled.shift();
      state.nowMs = next.atMs;
      next.task();
    }
    state.nowMs = endMs;
  };
  return { state, reviews, add, pass };
}

const claim = { userId: 'alice', keyId: 'k1' };

test('a taken review can be taken again only after it is put back, and never after it is spent', (t) => {
  const { reviews, add } = createDesk();
  const id = add();
  t.is(reviews.take(id, claim).id, id);
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_USED' });
  reviews.putBack(id);
  t.is(reviews.take(id, claim).id, id);
  reviews.spend(id);
  reviews.putBack(id);
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_USED' });
});

test('a claim that does not match takes no review', (t) => {
  const { reviews, add } = createDesk();
  const id = add({ bytes: Uint8Array.of(1, 2) });
  const wrong = [
    [{ ...claim, userId: 'bob' }, 'ERR_REVIEW_NOT_FOUND'],
    [{ ...claim, keyId: 'k2' }, 'ERR_REVIEW_OTHER_KEY'],
    [{ ...claim, appOrigin: 'https://other.example' }, 'ERR_REVIEW_OTHER_ORIGIN'],
    [{ ...claim, bytes: Uint8Array.of(1) }, 'ERR_REVIEW_OTHER_BYTES'],
  ] as const;
  for (const [each, code] of wrong) t.throws(() => reviews.take(id, each), { code });
  t.throws(() => reviews.take('0'.repeat(32), claim), { code: 'ERR_REVIEW_NOT_FOUND' });
  const right = { ...claim, appOrigin: APP, bytes: Uint8Array.of(1, 2) };
  t.is(reviews.take(id, right).id, id);
});

test('a review expires on time and its bytes are released without a request', (t) => {
  const { reviews, add, pass } = createDesk();
  const id = add({ bytes: new Uint8Array(32_768) });
  const full = reviews.bytes;
  t.true(full > 32_768);
  pass(LIFETIME_MS - 1);
  t.is(reviews.bytes, full);
  pass(1);
  t.true(reviews.bytes > 0 && reviews.bytes < 2_048);
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_EXPIRED' });
  pass(KEEP_MS);
  t.is(reviews.bytes, 0);
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_NOT_FOUND' });
});

test('a review that expired since the last sweep cannot be taken', (t) => {
  const { reviews, add, state } = createDesk();
  const id = add();
  state.nowMs += LIFETIME_MS;
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_EXPIRED' });
});

test('a spent review releases its bytes at once and its id is kept for a while', (t) => {
  const { reviews, add, pass } = createDesk();
  const id = add({ bytes: new Uint8Array(32_768) });
  reviews.take(id, claim);
  reviews.spend(id);
  t.true(reviews.bytes < 2_048);
  pass(LIFETIME_MS + KEEP_MS - 1);
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_USED' });
  pass(1_000);
  t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_NOT_FOUND' });
  t.is(reviews.bytes, 0);
});

test('the timer stops while there are no reviews', (t) => {
  const { add, pass, state } = createDesk();
  t.is(state.scheduled.length, 0);
  add();
  add();
  t.is(state.scheduled.length, 1);
  pass(LIFETIME_MS + KEEP_MS + 1_000);
  t.is(state.scheduled.length, 0);
  add();
  t.is(state.scheduled.length, 1);
});

test('a user has at most ten reviews, and spent ones do not count', (t) => {
  const { reviews, add } = createDesk();
  const spent = add();
  reviews.take(spent, claim);
  reviews.spend(spent);
  const first = add();
  const more = Array.from({ length: 9 }, () => add());
  t.is(reviews.take(first, claim).id, first);
  reviews.putBack(first);
  add({ userId: 'bob' });
  t.is(reviews.take(first, claim).id, first);
  reviews.putBack(first);
  add();
  t.throws(() => reviews.take(first, claim), { code: 'ERR_REVIEW_NOT_FOUND' });
  t.is(reviews.take(more[0] ?? '', claim).id, String(more[0]));
  t.throws(() => reviews.take(spent, claim), { code: 'ERR_REVIEW_USED' });
});

test('only the reviews of an ended session are removed', (t) => {
  const { reviews, add } = createDesk();
  const ended = [add(), add()];
  const other = add({ sessionId: 's2' });
  reviews.dropSession('s1');
  for (const id of ended) t.throws(() => reviews.take(id, claim), { code: 'ERR_REVIEW_NOT_FOUND' });
  t.is(reviews.take(other, claim).id, other);
  reviews.dropSession('s2');
  t.is(reviews.bytes, 0);
});

test('reviews over the memory limit are refused until some have ended', (t) => {
  const { reviews, add, pass } = createDesk();
  const bytes = new Uint8Array(32_768);
  const fill = (): number => {
    for (let count = 0; count < 4_000; count += 1) {
      try {
        add({ userId: `user-${Math.floor(count / 10)}`, bytes });
      } catch (error) {
        t.like(error, { code: 'ERR_REVIEW_LIMIT' });
        return count;
      }
    }
    throw new Error('there is no limit');
  };
  const count = fill();
  t.true(count > 1_500);
  t.true(reviews.bytes <= MAX_PENDING_BYTES && reviews.bytes > MAX_PENDING_BYTES - 40_000);
  t.throws(() => add({ userId: 'bob', bytes }), { code: 'ERR_REVIEW_LIMIT' });
  pass(LIFETIME_MS);
  t.notThrows(() => add({ userId: 'bob', bytes }));
});

/**
 * The memory that the engine itself uses or frees in the meantime. A review that kept the parsed
 * content would use many times more.
 */
const NOISE_BYTES = 1024 * 1024;

/** A request with many rights, of several kilobytes. */
function largeRequest(key: UserKey, at: number): string {
  const entries = Array.from({ length: 60 }, (_, index) => {
    const path = `${at}-${index}`;
    return [`${spaceOf(key.address, 'a')}/kv/${path}`, ['tinycloud.kv/get']] as const;
  });
  return composeRequest(key, createRecap(entries));
}

test('a waiting review uses no more memory than is counted for it', async (t) => {
  const { user, key } = createOneUser();
  const machine = new SigningMachine(user);
  const open = async (at: number): Promise<void> => {
    // Each review belongs to a different user, so that none is replaced.
    const request = parseSigningRequest(largeRequest(key, at), 'personal_sign');
    const { disk } = machine;
    machine.disk = { ...disk, userId: `user-${at}` };
    const asked = { user: machine.disk, session, keyId: key.id, request, appOrigin: APP };
    await createReview(machine.context, asked);
    machine.disk = user;
  };
  for (let at = 0; at < 10; at += 1) await open(at);
  const before = { used: heldBytes(), counted: machine.reviews.bytes };
  for (let at = 10; at < 210; at += 1) await open(at);
  const grown = heldBytes() - before.used;
  const counted = machine.reviews.bytes - before.counted;
  t.true(counted > 200 * 8_000, String(counted));
  t.log(`${grown} bytes, counted as ${counted}`);
  t.true(grown <= counted + NOISE_BYTES);
});
