import { test } from '../test.js';
import fc from 'fast-check';
import { RunTurns } from '../../src/provisioning/run-turns.js';

const never = (): AbortSignal => new AbortController().signal;

test('turns are given up to the limit, then in order of request, until there is no room', async (t) => {
  const turns = new RunTurns(2, 2);
  t.is(turns.room, 4);
  t.deepEqual(await Promise.all([turns.take(never()), turns.take(never())]), [true, true]);
  const given: string[] = [];
  const wait = async (name: string): Promise<void> => {
    if (await turns.take(never())) given.push(name);
  };
  const waiting = [wait('first'), wait('second')];
  t.is(turns.waiting, 2);
  t.is(turns.room, 0);
  t.false(await turns.take(never()));
  turns.giveBack();
  await waiting[0];
  t.deepEqual(given, ['first']);
  t.is(turns.room, 1);
  turns.giveBack();
  await waiting[1];
  t.deepEqual(given, ['first', 'second']);
  turns.giveBack();
  turns.giveBack();
  t.is(turns.room, 4);
});

test('a run that ends while it waits frees its place and gets no turn', async (t) => {
  const turns = new RunTurns(1, 1);
  await turns.take(never());
  const leaving = new AbortController();
  const left = turns.take(leaving.signal);
  leaving.abort();
  t.false(await left);
  t.is(turns.waiting, 0);
  const next = turns.take(never());
  turns.giveBack();
  t.true(await next);
  t.false(await turns.take(AbortSignal.abort()));
});

test('no run gets a turn after close', async (t) => {
  const turns = new RunTurns(1, 1);
  await turns.take(never());
  const waiting = turns.take(never());
  turns.close();
  t.false(await waiting);
  turns.giveBack();
  t.false(await turns.take(never()));
  t.is(turns.room, 0);
  t.true(turns.isClosed);
});

test('fewer turns than are taken end none of them, and more go to those that wait longest', async (t) => {
  const turns = new RunTurns(3, 2);
  for (let run = 0; run < 3; run += 1) t.true(await turns.take(never()));
  turns.allow(0);
  t.is(turns.atOnce, 1);
  const given: string[] = [];
  const wait = async (name: string): Promise<void> => {
    if (await turns.take(never())) given.push(name);
  };
  const waiting = [wait('first'), wait('second')];
  t.is(turns.room, 0);
  turns.giveBack();
  turns.giveBack();
  await new Promise(setImmediate);
  t.deepEqual(given, []);
  turns.allow(2);
  await waiting[0];
  t.deepEqual(given, ['first']);
  turns.allow(9);
  await waiting[1];
  t.is(turns.atOnce, 3);
  t.deepEqual(given, ['first', 'second']);
});

test('a run that may not begin yet lets others pass and keeps its place', async (t) => {
  const turns = new RunTurns(1, 4);
  const state = { mayBegin: false };
  const given: string[] = [];
  const wait = async (id: string, isFirst = false, mayBegin = () => true): Promise<void> => {
    if (await turns.take(never(), { id, isFirst, mayBegin })) given.push(id);
  };
  const waiting = [
    wait('fresh', false, () => state.mayBegin),
    wait('known'),
    wait('later'),
    wait('returned', true),
  ];
  await waiting[1];
  t.deepEqual(given, ['known']);
  t.deepEqual(
    ['returned', 'fresh', 'later', 'known'].map((id) => turns.findAhead(id)),
    [0, 1, 2, undefined],
  );
  turns.giveBack();
  await waiting[3];
  state.mayBegin = true;
  turns.giveBack();
  await waiting[0];
  turns.giveBack();
  await waiting[2];
  t.deepEqual(given, ['known', 'returned', 'fresh', 'later']);
});

test('in any sequence, no more runs than the limit have a turn, and no turn is lost', async (t) => {
  const steps = fc.array(fc.constantFrom('take', 'give', 'leave'), { maxLength: 60 });
  const holds = fc.asyncProperty(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    steps,
    async (atOnce, waitingAtMost, actions) => {
      const turns = new RunTurns(atOnce, waitingAtMost);
      const leaving: AbortController[] = [];
      let held = 0;
      for (const action of actions) {
        if (action === 'take') {
          const controller = new AbortController();
          leaving.push(controller);
          void turns.take(controller.signal).then((given) => (held += given ? 1 : 0));
        } else if (action === 'give' && held > 0) {
          held -= 1;
          turns.giveBack();
        } else if (action === 'leave') leaving.pop()?.abort();
        await new Promise(setImmediate);
        t.true(held <= atOnce && turns.waiting <= waitingAtMost);
        t.is(turns.room, atOnce - held + waitingAtMost - turns.waiting);
        t.true(turns.waiting === 0 || held === atOnce);
      }
    },
  );
  await fc.assert(holds, { numRuns: 200 });
});
