/** Tests that readiness is checked again within a second, also after the clock was set back. */
import type { StoreFault } from '../../src/accounts/state-store.js';
import { ServiceError } from '../../src/errors.js';
import { createReadiness } from '../../src/http/readiness.js';
import type { Enclave } from '../../src/keys/enclave.js';
import { test } from '../test.js';

/** Only a part that hangs reaches it. */
const DEADLINE_MS = 50;

type State = {
  nowMs: number;
  fault: StoreFault | 'hangs' | undefined;
  answers: boolean;
  looks: number;
};

function createScene() {
  const state: State = { nowMs: 1_000_000, fault: undefined, answers: true, looks: 0 };
  const logged: string[] = [];
  const store = {
    findFault: async () => {
      state.looks += 1;
      return state.fault === 'hangs' ? new Promise<never>(() => undefined) : state.fault;
    },
  };
  const enclave = {
    getInfo: async () => {
      if (!state.answers) throw new ServiceError('ERR_ENCLAVE_UNAVAILABLE');
      return {};
    },
  } as unknown as Enclave;
  const note = (event: string, fields: Readonly<Record<string, unknown>> = {}): void =>
    void logged.push([event, ...Object.values(fields)].join(' '));
  const logger = { debug: note, info: note, warn: note, error: note };
  const findUnready = createReadiness({
    store,
    enclave,
    clock: () => state.nowMs,
    logger,
    deadlineMs: DEADLINE_MS,
  });
  return { state, logged, findUnready };
}

const NO_SPACE = { part: 'store', reason: 'no-space' };
const NO_ANSWER = { part: 'enclave', reason: 'no-answer' };

test('parts that are not ready are named, and checked at most once a second', async (t) => {
  const { state, findUnready } = createScene();
  t.deepEqual(await findUnready(), []);
  state.fault = 'no-space';
  state.answers = false;
  t.deepEqual(await findUnready(), []);
  t.is(state.looks, 1);
  state.nowMs += 1_000;
  t.deepEqual(await findUnready(), [NO_SPACE, NO_ANSWER]);
});

test('a part that does not answer in time is named, and the other one is still looked at', async (t) => {
  const { state, findUnready } = createScene();
  state.fault = 'hangs';
  t.deepEqual(await findUnready(), [{ part: 'store', reason: 'no-answer' }]);
});

test('each change of a part is logged once', async (t) => {
  const { state, logged, findUnready } = createScene();
  const look = async (fault: State['fault']): Promise<void> => {
    state.fault = fault;
    state.nowMs += 1_000;
    await findUnready();
  };
  for (const fault of [undefined, 'no-space', 'no-space', 'io-error', undefined] as const) {
    await look(fault);
  }
  t.deepEqual(logged, [
    'part-unready store no-space',
    'part-unready store io-error',
    'part-ready store',
  ]);
});

test('after the clock is set back readiness is checked again at once', async (t) => {
  const { state, findUnready } = createScene();
  t.deepEqual(await findUnready(), []);
  state.answers = false;
  state.nowMs -= 7_200_000;
  t.deepEqual(await findUnready(), [NO_ANSWER]);
});
