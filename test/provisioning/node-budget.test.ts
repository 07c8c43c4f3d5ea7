/** Tests the budget of accounts at the node with a clock that the test moves. */
import { test } from '../test.js';
import { NodeBudget } from '../../src/provisioning/node-budget.js';
import { ServiceError } from '../../src/errors.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';

const PLACE_MS = 330_000;
const SETTINGS = { most: 4, placeMs: PLACE_MS, recoveryMs: 600_000 };
/** Longer than a slot. */
const WHILE_MS = 10_001;
const WALL_MS = 1_790_000_000_000;

/** Creates budgets on one store, each as another process with clocks of its own would. */
function createScene(settings = SETTINGS) {
  const store = createMemoryStateStore();
  const state = { nowMs: 0, commits: 0, isBroken: false };
  const counted = {
    ...store,
    commit: async (changes: Parameters<typeof store.commit>[0]) => {
      if (state.isBroken) throw new ServiceError('ERR_STORE_UNAVAILABLE');
      await store.commit(changes);
      state.commits += 1;
    },
  };
  const begin = (originMs = 0, stepMs = () => 0): NodeBudget =>
    new NodeBudget(settings, createMemoryDocuments(counted, true), 'node', {
      clock: () => WALL_MS + state.nowMs + stepMs(),
      monotonicMs: () => originMs + state.nowMs,
    });
  return { state, begin };
}

const claimAll = (budget: NodeBudget, ids: readonly string[]): Promise<readonly boolean[]> =>
  Promise.all(ids.map((id) => budget.claim(id)));

test('no more accounts than the budget are open at once, and a place is free again after its time', async (t) => {
  const { state, begin } = createScene();
  const budget = begin();
  t.deepEqual(await claimAll(budget, ['a', 'b', 'c', 'd', 'e']), [true, true, true, true, false]);
  t.is(state.commits, 2, 'the first one, and the others together');
  t.deepEqual(budget.places, { taken: 4, allowed: 4 });
  state.nowMs += PLACE_MS - 1;
  t.false(budget.reserve('e'));
  t.false(await budget.claim('e'));
  state.nowMs += WHILE_MS;
  for (const id of ['a', 'b', 'c', 'd']) await budget.touch(id);
  t.true(budget.reserve('e'));
  t.true(await budget.claim('e'));
  t.is(budget.places.taken, 1);
});

test('an account that is used for longer than its place lasts keeps it', async (t) => {
  const { state, begin } = createScene();
  const budget = begin();
  t.true(budget.reserve('a') && (await budget.claim('a')));
  state.nowMs += PLACE_MS + WHILE_MS;
  t.is(budget.places.taken, 1);
  await budget.touch('a');
  t.is(budget.places.taken, 0);
});

test('an account that is used again needs no further place, and keeps it from then on', async (t) => {
  const { state, begin } = createScene();
  const budget = begin();
  await claimAll(budget, ['a', 'b', 'c', 'd']);
  state.nowMs += PLACE_MS / 2;
  t.true(await budget.claim('a'));
  await budget.touch('b');
  t.is(budget.places.taken, 4);
  state.nowMs += PLACE_MS / 2 + WHILE_MS;
  t.is(budget.places.taken, 2);
  const { commits } = state;
  await budget.claim('c');
  await budget.claim('c');
  await budget.touch('c');
  t.is(state.commits, commits + 1, 'a use a moment later is not noted again');
});

test('a place is given back only if its account was not used', async (t) => {
  const { state, begin } = createScene();
  const budget = begin();
  t.true(budget.reserve('a'));
  t.is(budget.places.taken, 1);
  await budget.giveBack('a');
  t.is(budget.places.taken, 0);
  await claimAll(budget, ['b', 'c']);
  await budget.giveBack('b');
  t.is(budget.places.taken, 1);
  await budget.touch('c');
  await budget.giveBack('c');
  t.is(budget.places.taken, 1);
  t.is((await begin().claim('x')) && state.commits, 4, 'what was given back is durable');
});

test('reservations count, so that not more runs begin than find a place', async (t) => {
  const budget = createScene().begin();
  const ids = ['a', 'b', 'c', 'd', 'e'];
  t.deepEqual(
    ids.map((id) => budget.reserve(id)),
    [true, true, true, true, false],
  );
  t.true(budget.reserve('a'), 'again');
  t.true(await budget.claim('a'));
  t.is(budget.places.taken, 4);
});

test('a restarted process knows what was opened before, also if its clock was set back', async (t) => {
  const { state, begin } = createScene();
  await claimAll(begin(), ['a', 'b', 'c']);
  state.nowMs += 60_000;
  const restarted = begin(5_000_000);
  t.deepEqual(await claimAll(restarted, ['d', 'e']), [true, false]);
  const setBack = begin(9_000_000, () => -7_200_000);
  t.false(await setBack.claim('f'));
  state.nowMs += PLACE_MS + WHILE_MS;
  t.true(await setBack.claim('f'), 'no place is taken for longer than its time');
});

test('our own clock may be set in either direction while a place is taken', async (t) => {
  for (const stepMs of [-86_400_000, 86_400_000]) {
    const { state, begin } = createScene();
    let setMs = 0;
    const budget = begin(0, () => setMs);
    await claimAll(budget, ['a', 'b', 'c', 'd']);
    setMs = stepMs;
    t.false(await budget.claim('e'));
    state.nowMs += PLACE_MS + WHILE_MS;
    t.true(await budget.claim('e'));
  }
});

test('replicas share the budget: of two that take the last place, one gets it', async (t) => {
  const { begin } = createScene();
  const [one, other] = [begin(), begin(77_777)];
  const got = await Promise.all([
    claimAll(one, ['a', 'b', 'c', 'd']),
    claimAll(other, ['e', 'f', 'g', 'h']),
  ]);
  t.is(got.flat().filter((isTaken) => isTaken).length, 4);
});

test('a place that could not be made durable is not taken', async (t) => {
  const { state, begin } = createScene();
  const budget = begin();
  state.isBroken = true;
  t.true(budget.reserve('a'));
  await t.throwsAsync(budget.claim('a'), { code: 'ERR_STORE_UNAVAILABLE' });
  state.isBroken = false;
  t.is(budget.places.taken, 0);
  t.true(await budget.claim('a'));
});

test('SQL that times out halves what is open once, and the budget grows back slowly', async (t) => {
  const { state, begin } = createScene({ ...SETTINGS, most: 200 });
  const budget = begin();
  await claimAll(
    budget,
    Array.from({ length: 80 }, (_, at) => `account-${at}`),
  );
  t.true(budget.noteTimeout());
  t.false(budget.noteTimeout(), 'the others in flight have the same cause');
  t.is(budget.places.allowed, 40);
  t.false(budget.reserve('next'));
  state.nowMs += 60_000;
  t.is(budget.places.allowed, 60);
  t.true(budget.noteTimeout());
  t.is(budget.places.allowed, 30);
  state.nowMs += 600_000;
  t.is(budget.places.allowed, 200);
});

test('the budget never falls below one account', async (t) => {
  const { state, begin } = createScene();
  const budget = begin();
  for (let time = 0; time < 5; time += 1) {
    budget.noteTimeout();
    t.true(budget.places.allowed >= 1);
    state.nowMs += 31_000;
  }
  t.true(await budget.claim('a'));
});
