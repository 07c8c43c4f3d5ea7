/**
 * The JSON store survives a kill and a power failure at every write, sync and rename: no
 * acknowledged commit is lost, and every commit has all of its effects or none.
 */
import type { ExecutionContext } from 'ava';
import type { StateStore, StoreChange } from '../../src/accounts/state-store.js';
import { shardOf } from '../../src/adapters/json-store/document-files.js';
import { JournaledStore } from '../../src/adapters/json-store/journaled-store.js';
import { append, drop, put, readAll, remove, testStateStore } from '../contracts/state-store.js';
import { IS_FULL } from '../sample.js';
import { test } from '../test.js';
import { type Crash, CrashingFiles } from './crashing-files.js';

const ROOT = '/data';
/** So small that checkpoints run all the time. */
const TUNING = { checkpointBytes: 600 };

const openOn = async (files: CrashingFiles): Promise<StateStore> => {
  const store = await JournaledStore.open(files, ROOT, TUNING);
  return Object.assign(store, { findFault: async () => undefined });
};

testStateStore(test, 'journaled', () => openOn(new CrashingFiles(ROOT)));

const STEPS = 30;

/** Returns the commits of a step, which are requested at once. */
function commitsOf(step: number): readonly StoreChange[][] {
  const id = `u${step % 4}`;
  const generation = Math.floor(step / 4);
  const changes = [put(id, generation, `value ${step}`), append('l', step + 1, `entry ${step}`)];
  const own = `own-${step % 3}`;
  const others: StoreChange[][] = [
    [append(own, Math.floor(step / 3) + 1, `${step}`)],
    [
      step % 2 === 0 ? put('flip', 0, `${step}`) : remove('flip', 1),
      append('flips', step + 1, `${step}`),
      // A log that loses all of its entries begins anew.
      step % 2 === 0 ? append('brief', 1, `${step}`) : drop('brief', 2),
    ],
  ];
  return [step % 10 === 9 ? [...changes, drop('l', step - 5)] : changes, ...others];
}

/** Returns everything that the store contains. */
async function readState(store: StateStore): Promise<string> {
  const ids = await store.list('user', { limit: 100 });
  const documents = await Promise.all(
    ids.map(async (id) => {
      const found = await store.find('user', id);
      const generation = await store.generationOf('user', id);
      return [id, found?.generation, generation, new TextDecoder().decode(found?.sealed)];
    }),
  );
  const logs = await Promise.all(
    ['l', 'flips', 'brief', 'own-0', 'own-1', 'own-2'].map(async (log) => [
      log,
      await store.nextOf(log),
      ...(await readAll(store, log)),
    ]),
  );
  return JSON.stringify([documents, logs]);
}

/** How far a run got: all steps before `step`, and the commits of `step` whose bits are set. */
type Progress = { readonly step: number; readonly done: number };

const COMMITS = commitsOf(0).length;
const ALL_DONE = 2 ** COMMITS - 1;
const END: Progress = { step: STEPS, done: 0 };

const progressOf = (step: number, done: number): Progress =>
  done === ALL_DONE ? { step: step + 1, done: 0 } : { step, done };

const bitsOf = (done: number): readonly number[] =>
  Array.from({ length: COMMITS }, (_, at) => at).filter((at) => (done >> at) % 2 === 1);

/**
 * Returns whether nothing that a run acknowledged is missing, and nothing is there that it did not
 * request.
 */
const continues = (found: Progress, acknowledged: Progress): boolean =>
  found.step === acknowledged.step
    ? (found.done & acknowledged.done) === acknowledged.done
    : found.step === acknowledged.step + 1 && found.done === 0;

/** The progress of every state that a run can pass through, by the state. */
async function expectedStates(): Promise<ReadonlyMap<string, Progress>> {
  const states = new Map<string, Progress>();
  for (let done = 0; done < ALL_DONE; done += 1) {
    const store = await openOn(new CrashingFiles(ROOT));
    for (let step = 0; step <= STEPS; step += 1) {
      if (step === STEPS && done > 0) break;
      const commits = commitsOf(step);
      for (const at of bitsOf(done)) await store.commit(commits[at] ?? []);
      const state = await readState(store);
      if (states.has(state)) throw new Error('Two different states look the same.');
      states.set(state, { step, done });
      if (step < STEPS)
        for (const at of bitsOf(ALL_DONE - done)) await store.commit(commits[at] ?? []);
    }
  }
  return states;
}

/** Commits until the process dies or a commit rejects. Returns what was acknowledged. */
async function run(store: StateStore, from: Progress): Promise<Progress> {
  let { done } = from;
  for (let { step } = from; step < STEPS; step += 1) {
    const commits = commitsOf(step);
    const left = bitsOf(ALL_DONE - done);
    const settled = await Promise.allSettled(left.map((at) => store.commit(commits[at] ?? [])));
    for (const [index, { status }] of settled.entries()) {
      if (status === 'fulfilled') done |= 1 << (left[index] ?? 0);
    }
    if (done !== ALL_DONE) return { step, done };
    done = 0;
  }
  return END;
}

type States = ReadonlyMap<string, Progress>;

/**
 * Returns how far the run got that left these files. Fails if something acknowledged is missing.
 */
async function survivorOf(
  t: ExecutionContext,
  states: States,
  store: StateStore,
  acknowledged: Progress,
  label: string,
): Promise<Progress> {
  const found = states.get(await readState(store));
  const verdict = JSON.stringify({ found, acknowledged });
  t.true(found !== undefined && continues(found, acknowledged), `${label}: ${verdict}`);
  return found ?? END;
}

async function crashAt(
  t: ExecutionContext,
  states: States,
  crash: Crash,
  at: number,
  label: string,
): Promise<void> {
  const files = new CrashingFiles(ROOT);
  files.crashAt(at);
  const opened = await openOn(files).catch(() => undefined);
  let acknowledged =
    opened === undefined ? { step: 0, done: 0 } : await run(opened, progressOf(0, 0));
  await opened?.close().catch(() => undefined);
  t.true(files.isDead, label);
  // The next process is killed as well, while it opens the store or continues.
  const second = files.after(crash, at);
  second.crashAt(1 + ((at * 7) % 40));
  const again = await openOn(second).catch(() => undefined);
  const state = again && (await readState(again).catch(() => undefined));
  if (again !== undefined && state !== undefined) {
    const survived = await survivorOf(t, states, again, acknowledged, label).catch(() => undefined);
    if (survived !== undefined) acknowledged = await run(again, survived);
  }
  const third = second.after(crash, at + 1);
  const last = await openOn(third);
  t.deepEqual(await run(last, await survivorOf(t, states, last, acknowledged, label)), END, label);
  await last.close();
  t.deepEqual(await third.list(`${ROOT}/journal`), [], label);
}

/** CI tries every ninth operation, with another one first for each kind of crash. */
const STRIDE = IS_FULL ? 1 : 9;

async function crashEverywhere(t: ExecutionContext, crash: Crash): Promise<void> {
  const states = await expectedStates();
  const whole = new CrashingFiles(ROOT);
  const uninterrupted = await openOn(whole);
  t.deepEqual(await run(uninterrupted, progressOf(0, 0)), END);
  await uninterrupted.close();
  // Without a crash, the last state is also what the next start finds.
  await survivorOf(t, states, await openOn(whole.after(crash, 0)), END, 'no crash');
  for (let at = 1 + (crash.length % STRIDE); at <= whole.operations; at += STRIDE) {
    await crashAt(t, states, crash, at, `${crash} at ${at}: ${whole.log[at - 1] ?? ''}`);
  }
}

for (const crash of ['kill', 'power', 'power, some written'] as const) {
  test(`a crash (${crash}) at any write, sync or rename loses no acknowledged commit and splits none`, (t) =>
    crashEverywhere(t, crash));
}

test('a full disk rejects commits, keeps what was acknowledged, and accepts commits again later', async (t) => {
  for (const cutFails of [false, true]) {
    const states = await expectedStates();
    const files = new CrashingFiles(ROOT);
    const store = await openOn(files);
    const half = progressOf(Math.floor(STEPS / 2), 0);
    for (let step = 0; step < half.step; step += 1) {
      for (const commit of commitsOf(step)) await store.commit(commit);
    }
    files.isFull = true;
    files.cutFails = cutFails;
    const commits = commitsOf(half.step);
    for (const commit of [...commits, ...commits]) {
      await t.throwsAsync(store.commit(commit), { code: 'ERR_STORE_UNAVAILABLE' });
    }
    t.deepEqual(await survivorOf(t, states, store, half, 'full'), half);
    files.isFull = false;
    // A file whose end cannot be cut off accepts nothing, because its last line may be incomplete.
    if (cutFails) {
      for (const commit of commits) {
        await t.throwsAsync(store.commit(commit), { code: 'ERR_STORE_UNAVAILABLE' });
      }
      files.cutFails = false;
    }
    t.deepEqual(await run(store, half), END);
    await survivorOf(t, states, await openOn(files.after('power', 1)), END, 'after the full disk');
  }
});

test('a commit after a failed write begins where the last acknowledged line ends', async (t) => {
  const files = new CrashingFiles(ROOT);
  const store = await JournaledStore.open(files, ROOT);
  await store.commit([put('a', 0, 'one')]);
  files.isFull = true;
  await t.throwsAsync(store.commit([put('b', 0, 'two')]), { code: 'ERR_STORE_UNAVAILABLE' });
  files.isFull = false;
  for (const id of ['c', 'd']) await store.commit([put(id, 0, 'three')]);
  const again = await openOn(files.after('power', 1));
  t.deepEqual(await again.list('user', { limit: 9 }), ['a', 'c', 'd']);
});

test('an incomplete last line is ignored, and any other damaged line stops the start', async (t) => {
  const files = new CrashingFiles(ROOT);
  const store = await JournaledStore.open(files, ROOT);
  await store.commit([put('a', 0, 'one')]);
  await store.commit([put('a', 1, 'two')]);
  const path = `${ROOT}/journal/000000000001.jsonl`;
  const text = (await files.readText(path)) ?? '';
  const [first = '', second = ''] = text.split('\n');
  const generationWith = async (damaged: string): Promise<number> => {
    const copy = files.after('kill', 0);
    const file = await copy.create(path);
    await file.write(damaged);
    return (await openOn(copy)).generationOf('user', 'a');
  };
  t.is(await generationWith(text), 2);
  for (const cut of [
    second.slice(0, 9),
    second.slice(0, -1),
    `${second.replace('1', '2')}\n`,
    second,
  ]) {
    t.is(await generationWith(`${first}\n${cut}`), 1, cut);
  }
  for (const damaged of ['', first.slice(0, -1), first.replace(/"[0-9a-f]{8}"/, '"00000000"')]) {
    await t.throwsAsync(generationWith(`${damaged}\n${second}\n`), { code: 'ERR_STATE_TAMPERED' });
  }
});

test('commits that wait for each other share one sync', async (t) => {
  const files = new CrashingFiles(ROOT);
  const store = await JournaledStore.open(files, ROOT);
  const syncs = (): number => files.log.filter((each) => /^sync .*journal/.test(each)).length;
  const before = syncs();
  await Promise.all(
    Array.from({ length: 50 }, (_, at) => store.commit([append(`log-${at}`, 1, 'x')])),
  );
  t.true(syncs() - before <= 2, String(syncs() - before));
  await store.close();
});

test('a start reads a bounded journal and no other directory', async (t) => {
  const files = new CrashingFiles(ROOT);
  const store = await openOn(files);
  for (let at = 0; at < 300; at += 1) await store.commit([put(`id-${at}`, 0, 'x'.repeat(100))]);
  const left = files.after('kill', 0);
  let bytes = 0;
  for (const name of await left.list(`${ROOT}/journal`)) {
    bytes += (await left.readText(`${ROOT}/journal/${name}`))?.length ?? 0;
  }
  t.true(bytes <= 600 * 6, String(bytes));
  const listed: string[] = [];
  const watched = new Proxy(left, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]): unknown => {
        if (name === 'list') listed.push(String(values[0]));
        return Reflect.apply(member, target, values);
      };
    },
  });
  await openOn(watched);
  t.deepEqual(listed, [`${ROOT}/journal`]);
});

test('a checkpoint syncs each directory once, however many files it writes there', async (t) => {
  const files = new CrashingFiles(ROOT);
  const store = await JournaledStore.open(files, ROOT);
  const shards = new Set<string>();
  for (let at = 0; at < 600; at += 1) {
    shards.add(shardOf(`u${at}`));
    await store.commit([put(`u${at}`, 0, `${at}`)]);
  }
  const from = files.log.length;
  await store.close();
  const written = files.log.slice(from);
  t.is(written.filter((each) => each.startsWith('rename ')).length, 600);
  for (const shard of shards) {
    const sync = `sync directory ${ROOT}/user/${shard}`;
    t.is(written.filter((each) => each === sync).length, 1, shard);
  }
});
