/**
 * Tests a disk that fails while the service runs: nothing is signed that is not durable, `/readyz`
 * and a metric say what is wrong, and the service recovers by itself.
 */
import { spawnSync } from 'node:child_process';
import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashMessage } from 'ethers';
import { FailingFiles, type FileOperation } from '../adapters/failing-files.js';
import { testWithSmallDisk } from '../adapters/tmpfs.js';
import { test } from '../test.js';
import { until } from '../until.js';
import { createWorld, type Person, type World } from './world.js';

/** Longer than the result of a look is reused. */
const LOOK_AGAIN_MS = 1_050;

function movableClock() {
  let aheadMs = 0;
  return { clock: () => Date.now() + aheadMs, lookAgain: () => void (aheadMs += LOOK_AGAIN_MS) };
}

/** The operation that fails, the system's code, what `/readyz` says, and whether commits fail. */
const FAULTS: readonly (readonly [FileOperation, string, string, boolean])[] = [
  ['write', 'ENOSPC', 'no-space', true],
  ['write', 'EIO', 'io-error', true],
  ['sync', 'EIO', 'io-error', true],
  ['write', 'EROFS', 'read-only', true],
  ['rename', 'EIO', 'io-error', false],
  ['open', 'EMFILE', 'no-descriptors', false],
  ['syncDirectory', 'EIO', 'io-error', false],
];

const readyMetric = async (world: World): Promise<string> =>
  /^sealwright_ready\{part="store"\} (\d)$/m.exec(await world.metrics())?.[1] ?? '';

async function signedDigests(world: World, person: Person): Promise<ReadonlySet<string>> {
  const { token } = person;
  const { body } = await world.call('GET', '/api/account/audit?newest=200', { token });
  const entries = body['entries'] as readonly { type: string; detail: Record<string, unknown> }[];
  return new Set(entries.map(({ detail }) => String(detail['digest'])));
}

test('each failure of the disk is named, loses nothing, and passes', async (t) => {
  const files = new FailingFiles();
  const { clock, lookAgain } = movableClock();
  const world = await createWorld({ storeFiles: files, clock });
  t.teardown(() => world.close());
  const person = await world.person();
  const acknowledged: string[] = [];
  const sign = async (): Promise<number> => {
    const message = world.appSignIn(person);
    const { status, body } = await world.sign(person, message);
    if (status === 200) acknowledged.push(hashMessage(message).slice(2));
    else t.is(body['code'], 'ERR_STORE_UNAVAILABLE');
    return status;
  };
  t.is(await sign(), 200);
  await world.untilComplete(person);
  for (const [operation, code, reason, commitsFail] of FAULTS) {
    const label = `${operation} ${code}`;
    files.fail(operation, code);
    lookAgain();
    const unready = await world.call('GET', '/readyz');
    t.is(unready.status, 503, label);
    t.deepEqual(unready.body['unready'], [{ part: 'store', reason }], label);
    t.is(await readyMetric(world), '0', label);
    t.is(await sign(), commitsFail ? 503 : 200, label);
    files.fail();
    lookAgain();
    t.is((await world.call('GET', '/readyz')).status, 200, label);
    t.is(await readyMetric(world), '1', label);
    t.is(await sign(), 200, label);
  }
  await world.stop();
  await world.start();
  const kept = await signedDigests(world, person);
  for (const digest of acknowledged) t.true(kept.has(digest));
});

testWithSmallDisk(
  'a full disk stops signatures until there is space again, and loses none',
  2_048,
  async (t, { path }) => {
    const { clock, lookAgain } = movableClock();
    const world = await createWorld({ env: { DATA_DIR: path }, clock });
    t.teardown(() => world.close());
    const person = await world.person();
    t.is((await world.sign(person)).status, 200);
    await world.untilComplete(person);
    const ballast = join(path, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
    const acknowledged: string[] = [];
    // What is left of the last page still accepts a few lines.
    await until('a commit fails', async () => {
      const message = world.appSignIn(person);
      const { status, body } = await world.sign(person, message);
      if (status === 200) acknowledged.push(hashMessage(message).slice(2));
      return status === 503 && body['code'] === 'ERR_STORE_UNAVAILABLE';
    });
    lookAgain();
    const { body } = await world.call('GET', '/readyz');
    t.deepEqual(body['unready'], [{ part: 'store', reason: 'no-space' }]);
    await rm(ballast);
    lookAgain();
    t.is((await world.call('GET', '/readyz')).status, 200);
    const message = world.appSignIn(person);
    t.is((await world.sign(person, message)).status, 200);
    acknowledged.push(hashMessage(message).slice(2));
    await world.stop();
    await world.start();
    const kept = await signedDigests(world, person);
    for (const digest of acknowledged) t.true(kept.has(digest));
  },
);

testWithSmallDisk(
  'a start on a volume that is read-only or full is refused with its path and the reason',
  2_048,
  async (t, disk) => {
    const { path } = disk;
    const world = await createWorld();
    t.teardown(() => world.close());
    await world.stop();
    const refusal = (reason: string) => ({ code: 'ERR_DATA_DIR', detail: { path, reason } });
    const ballast = join(path, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
    const full = await t.throwsAsync(world.start({ DATA_DIR: path }));
    t.like(full, refusal('no-space'));
    await rm(ballast);
    await writeFile(join(path, 'kept'), '');
    disk.remount('ro');
    const readOnly = await t.throwsAsync(world.start({ DATA_DIR: path }));
    t.like(readOnly, refusal('read-only'));
    disk.remount('rw');
    await world.start({ DATA_DIR: path });
    t.is((await world.call('GET', '/readyz')).status, 200);
  },
);
