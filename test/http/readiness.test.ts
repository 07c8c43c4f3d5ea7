/** Tests that readiness is checked again within a second, also after the clock was set back. */
import type { StateStore } from '../../src/accounts/state-store.js';
import { createReadiness } from '../../src/http/readiness.js';
import type { Enclave } from '../../src/keys/enclave.js';
import { test } from '../test.js';

function createScene() {
  const state = { nowMs: 1_000_000, isWritable: true, answers: true, looks: 0 };
  const store = {
    isWritable: async () => {
      state.looks += 1;
      return state.isWritable;
    },
  } as Partial<StateStore> as StateStore;
  const enclave = {
    getInfo: async () => {
      if (!state.answers) throw new Error('away');
      return {};
    },
  } as unknown as Enclave;
  return { state, findUnready: createReadiness(store, enclave, () => state.nowMs) };
}

test('parts that are not ready are named, and checked at most once a second', async (t) => {
  const { state, findUnready } = createScene();
  t.deepEqual(await findUnready(), []);
  state.isWritable = false;
  state.answers = false;
  t.deepEqual(await findUnready(), []);
  t.is(state.looks, 1);
  state.nowMs += 1_000;
  t.deepEqual(await findUnready(), ['store', 'enclave']);
});

test('after the clock is set back readiness is checked again at once', async (t) => {
  const { state, findUnready } = createScene();
  t.deepEqual(await findUnready(), []);
  state.answers = false;
  state.nowMs -= 7_200_000;
  t.deepEqual(await findUnready(), ['enclave']);
});
