/** Tests reviews in a shared store: each is taken once, by one of two replicas. */
import type { UserSession } from '../../src/accounts/user-document.js';
import type { PendingReview } from '../../src/signing/review/pending-reviews.js';
import { StoredReviews } from '../../src/signing/review/stored-reviews.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';
import { APP, NOW_MS, session } from './one-user.js';

const LIFETIME_MS = 300_000;
const KEEP_MS = 600_000;

/** Two replicas on one store, with one clock. */
function createDesk() {
  const store = createMemoryStateStore();
  const state = { nowMs: NOW_MS, count: 0 };
  const open = (): StoredReviews =>
    new StoredReviews(createMemoryDocuments(store, true), () => state.nowMs);
  const [a, b] = [open(), open()];
  const add = async (changes: Partial<PendingReview> = {}): Promise<string> => {
    state.count += 1;
    const id = String(state.count).padStart(32, '0');
    const expiresAtMs = state.nowMs + LIFETIME_MS + state.count;
    await a.add({
      id,
      userId: 'alice',
      sessionId: session.id,
      keyId: 'k1',
      appOrigin: APP,
      bytes: Uint8Array.of(1, 2),
      digest: '0'.repeat(64),
      expiresAtMs,
      isGrave: false,
      isRed: false,
      showsSetUp: false,
      ...changes,
    });
    return id;
  };
  return { store, state, a, b, add };
}

const sessions: readonly UserSession[] = [{ ...session, expiresAtMs: NOW_MS + 10 * KEEP_MS }];
const claim = { userId: 'alice', keyId: 'k1', sessions };

test('of two replicas that take a review, one succeeds, and it is spent once', async (t) => {
  const { a, b, add } = createDesk();
  const id = await add();
  const taken = await Promise.allSettled([a.take(id, claim), b.take(id, claim), a.take(id, claim)]);
  t.is(taken.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const each of taken) {
    if (each.status === 'rejected') t.like(each.reason, { code: 'ERR_REVIEW_USED' });
  }
  const [first] = taken;
  await (first.status === 'fulfilled' ? a : b).spend(id);
  for (const each of [a, b]) {
    await each.putBack(id);
    await t.throwsAsync(each.take(id, claim), { code: 'ERR_REVIEW_USED' });
  }
});

test('a review that was put back can be taken on the other replica, with its bytes', async (t) => {
  const { a, b, add } = createDesk();
  const id = await add();
  await a.take(id, claim);
  await a.putBack(id);
  t.deepEqual((await b.take(id, claim)).bytes, Uint8Array.of(1, 2));
});

test('a claim that does not match takes no review', async (t) => {
  const { b, add } = createDesk();
  const id = await add();
  const wrong = [
    [{ ...claim, userId: 'bob' }, 'ERR_REVIEW_NOT_FOUND'],
    [{ ...claim, keyId: 'k2' }, 'ERR_REVIEW_OTHER_KEY'],
    [{ ...claim, appOrigin: 'https://other.example' }, 'ERR_REVIEW_OTHER_ORIGIN'],
    [{ ...claim, bytes: Uint8Array.of(1) }, 'ERR_REVIEW_OTHER_BYTES'],
    [{ ...claim, sessions: [] }, 'ERR_REVIEW_NOT_FOUND'],
    [{ userId: 'alice', keyId: 'k1' }, 'ERR_REVIEW_NOT_FOUND'],
  ] as const;
  for (const [each, code] of wrong) await t.throwsAsync(b.take(id, each), { code });
  for (const unknown of ['0'.repeat(32), '../x']) {
    await t.throwsAsync(b.take(unknown, claim), { code: 'ERR_REVIEW_NOT_FOUND' });
  }
  t.is((await b.take(id, claim)).id, id);
});

test('a review expires on time, and a sweep removes it later', async (t) => {
  const { store, state, a, b, add } = createDesk();
  const id = await add();
  state.nowMs += LIFETIME_MS + 1;
  await t.throwsAsync(b.take(id, claim), { code: 'ERR_REVIEW_EXPIRED' });
  state.nowMs += KEEP_MS - 1;
  await a.sweep();
  t.is(store.documents.size, 1);
  state.nowMs += 1;
  await b.sweep();
  t.is(store.documents.size, 0);
});

test('a user has at most ten open reviews, and the oldest one is replaced', async (t) => {
  const { b, add } = createDesk();
  const ids: string[] = [];
  for (let count = 0; count < 11; count += 1) ids.push(await add());
  await add({ userId: 'bob' });
  await t.throwsAsync(b.take(ids[0] ?? '', claim), { code: 'ERR_REVIEW_NOT_FOUND' });
  t.is((await b.take(ids[1] ?? '', claim)).id, String(ids[1]));
});
