/**
 * The certificate of several replicas, against an authority in memory that connects to any of them.
 */
import { createPrivateKey } from 'node:crypto';
import type { KeeperContext, KeptCertificate } from '../../src/certificates/kept-certificate.js';
import { SharedTurn, TAKEOVER_MS } from '../../src/certificates/order-turn.js';
import { ServiceError } from '../../src/errors.js';
import { createGate } from '../gate.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';
import { STEPS } from './fake-authority.js';
import { createScene, DAY_MS, START_MS } from './keeper-scene.js';

const HOUR_MS = 3_600_000;
const CHECK_MS = 30_000;

/** An authority and a store. Each `open` is a replica, whose clock may differ. */
function createReplicas() {
  const store = createMemoryStateStore();
  const scene = createScene(store);
  const open = async (id: string, changes: Partial<KeeperContext> = {}, shiftMs = 0) => {
    const documents = createMemoryDocuments(store, true);
    const clock = (): number => scene.nowMs + shiftMs;
    const turn = new SharedTurn(documents, clock, id);
    return scene.open({ documents, turn, clock, ...changes });
  };
  return { scene, open };
}

const keyOf = (kept: KeptCertificate): string | undefined => kept.current()?.spkiSha256;

test('replicas that start at the same time get one certificate by one order', async (t) => {
  const { scene, open } = createReplicas();
  const { authority } = scene;
  // The time stands still, and the clocks of the replicas differ by ten minutes.
  const pauses: number[] = [];
  const pause = (ms: number): Promise<void> => {
    pauses.push(ms);
    return new Promise((done) => setImmediate(done));
  };
  const replicas = [await open('a', { pause }), await open('b', { pause }, 10 * 60_000)] as const;
  // The authority connects to each replica, and sees the same challenge.
  authority.look = async () => {
    const [one, other] = await Promise.all(replicas.map((kept) => kept.challenge()));
    t.deepEqual(one, other);
    return one;
  };
  await Promise.all(replicas.map((kept) => kept.untilIssued()));
  t.is(authority.count('place'), 1);
  t.is(authority.accounts.size, 1);
  t.false(scene.lines.some((line) => line.includes('certificate-order-failed')));
  const [a, b] = replicas;
  t.truthy(keyOf(a));
  t.is(keyOf(b), keyOf(a));
  t.is(a.accountUri, 'https://ca.example/a/0');
  t.is(b.accountUri, a.accountUri);
  t.is(await b.challenge(), undefined, 'no challenge stays');
  t.true(pauses.length > 1 && pauses.every((ms) => ms >= 2_000), 'no replica asks without a pause');
});

test('one replica renews, and the others serve the new key after their next look', async (t) => {
  const { scene, open } = createReplicas();
  const [a, b] = [await open('a'), await open('b')];
  scene.authority.look = () => b.challenge();
  await a.untilIssued();
  await b.untilIssued();
  const first = keyOf(a);
  scene.nowMs += 65 * DAY_MS;
  await a.check();
  t.not(keyOf(a), first);
  t.is(keyOf(b), first, 'what b has still serves');
  await b.check();
  t.is(keyOf(b), keyOf(a));
  t.is(scene.authority.count('finalize'), 2);
  t.is(b.state, 'valid');
});

test('the order of a replica that is killed is continued by another one with the same key', async (t) => {
  for (const step of STEPS) {
    const { scene, open } = createReplicas();
    const { authority } = scene;
    const [a, b] = [await open('a'), await open('b')];
    authority.look = () => b.challenge();
    authority.hanging.add(step);
    // It is never heard of again.
    void a.check();
    while (!authority.steps.includes(step)) await new Promise(setImmediate);
    authority.hanging.clear();
    const { length } = authority.steps;
    for (const endMs = scene.nowMs + TAKEOVER_MS; scene.nowMs < endMs; scene.nowMs += CHECK_MS) {
      await b.check();
      t.is(authority.steps.length, length, `${step}: it may still be at work`);
    }
    await b.check();
    t.is(b.state, 'valid', step);
    t.is(authority.accounts.size, 1, step);
    t.is(authority.orders.size, 1, step);
    // The first key is that of the account, and the second one that of the first order.
    const [, orderKey = ''] = authority.keys;
    t.true(createPrivateKey(b.current()?.key ?? '').equals(createPrivateKey(orderKey)), step);
  }
});

test('an authority that is away is asked as seldom as by one process', async (t) => {
  const stepsOf = async (ids: readonly string[]): Promise<number> => {
    const { scene, open } = createReplicas();
    const { authority } = scene;
    let asked = 0;
    authority.isAway = true;
    const register = authority.register.bind(authority);
    authority.register = (key) => {
      asked += 1;
      return register(key);
    };
    const replicas = await Promise.all(ids.map((id) => open(id)));
    for (const endMs = scene.nowMs + 12 * HOUR_MS; scene.nowMs < endMs; scene.nowMs += CHECK_MS) {
      for (const kept of replicas) await kept.check();
    }
    return asked;
  };
  const alone = await stepsOf(['a']);
  t.true(alone > 3);
  t.is(await stepsOf(['a', 'b', 'c']), alone);
});

test('a replica that paused for too long ends its attempt and serves what another one obtained', async (t) => {
  const { scene, open } = createReplicas();
  const { authority, lines } = scene;
  const paused = createGate();
  const a = await open('a', { pause: () => paused.hold() });
  const b = await open('b');
  authority.look = () => b.challenge();
  const attempt = a.check();
  while (authority.count('start') === 0) await new Promise(setImmediate);
  await b.check();
  scene.nowMs += TAKEOVER_MS;
  await b.check();
  t.is(b.state, 'valid');
  const { length } = authority.steps;
  paused.goOn();
  await attempt;
  t.is(authority.steps.length, length, 'it takes no other step');
  t.true(lines.some((line) => line.includes('another replica orders')));
  await a.check();
  t.is(keyOf(a), keyOf(b));
  t.is(authority.count('place'), 1);
});

test('a replica that stops gives its turn to another one at once', async (t) => {
  const { scene, open } = createReplicas();
  const { authority } = scene;
  const [a, b] = [await open('a'), await open('b')];
  authority.look = () => b.challenge();
  authority.isAway = true;
  await a.check();
  authority.isAway = false;
  await b.check();
  t.is(b.current(), undefined, 'the turn is that of a');
  await a.stop();
  await b.check();
  t.is(b.state, 'valid');
});

test('a replica that lost its turn tells the authority nothing', async (t) => {
  const { scene, open } = createReplicas();
  const { authority } = scene;
  const viewing = createGate();
  const view = authority.viewOrder.bind(authority);
  const [a, b] = [await open('a'), await open('b')];
  authority.look = () => b.challenge();
  // The reply that names the challenge takes so long that another replica has the turn by then.
  authority.viewOrder = async (...asked) => {
    const seen = await view(...asked);
    await viewing.hold();
    return seen;
  };
  const attempt = a.check();
  while (authority.count('view') === 0) await new Promise(setImmediate);
  authority.viewOrder = view;
  await b.check();
  scene.nowMs += TAKEOVER_MS;
  await b.check();
  t.is(b.state, 'valid');
  viewing.goOn();
  await attempt;
  t.is(authority.count('start'), 1);
  t.is(authority.count('place'), 1);
});

test('a replica whose write was made without an answer keeps its turn', async (t) => {
  const store = createMemoryStateStore();
  const documents = createMemoryDocuments(store, true);
  const turn = new SharedTurn(documents, () => START_MS, 'a');
  const other = new SharedTurn(createMemoryDocuments(store, true), () => START_MS, 'b');
  const commit = store.commit.bind(store);
  store.commit = async (changes) => {
    await commit(changes);
    store.commit = commit;
    throw new ServiceError('ERR_STORE_UNAVAILABLE');
  };
  await t.throwsAsync(turn.take(), { code: 'ERR_STORE_UNAVAILABLE' });
  t.false(await other.take());
  t.true(await turn.take());
  t.false(await other.take());
});
