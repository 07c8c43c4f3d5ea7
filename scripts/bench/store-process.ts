/**
 * The process that the bench `store` measures: it opens the store of a directory with `count`
 * users, commits what signatures commit, and prints its measurements as JSON.
 *
 *   node store-process.js DIRECTORY COUNT
 */
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { nodeStoreFiles } from '../../src/adapters/json-store/node-store-files.js';
import type { OpenFile, StoreFiles } from '../../src/adapters/json-store/store-files.js';
import { medianOf } from './statistics.js';

/** As many bytes as the sealed record of a signature with a grant. */
const RECORD = new Uint8Array(640).fill(7);
const ONE_BY_ONE = 500;
const AT_ONCE = 32;
const GROUPS = 200;

const [dataDir = '', countText = ''] = process.argv.slice(2);
const users = Number(countText);
let writtenBytes = 0;

async function counted(open: Promise<OpenFile>): Promise<OpenFile> {
  const file = await open;
  return {
    ...file,
    write: (text) => {
      writtenBytes += Buffer.byteLength(text);
      return file.write(text);
    },
  };
}

const files: StoreFiles = {
  ...nodeStoreFiles,
  append: (path) => counted(nodeStoreFiles.append(path)),
  create: (path) => counted(nodeStoreFiles.create(path)),
};

const startedAtMs = performance.now();
const store = await openJsonStateStore(dataDir, { files });
const startMs = performance.now() - startedAtMs;
writtenBytes = 0;

/** The records of each user so far. */
const records = new Map<string, number>();
let latest = 0;

/** Returns the next user and reads it, as the service opens the user of a session. */
async function openNext(): Promise<string> {
  latest = (latest + 7_919) % users;
  const id = `user${latest}`;
  await store.headOf('user', id, `user-${id}`);
  if (!records.has(id)) await store.find('user', id);
  return id;
}

/** Commits what a signature of this user commits. */
async function sign(id: string): Promise<void> {
  const expected = (records.get(id) ?? 0) + 1;
  records.set(id, expected);
  await store.commit([
    { change: 'require', kind: 'user', id, expected: 1 },
    { change: 'append', log: `user-${id}`, expected, sealed: [RECORD] },
  ]);
}

const openMs: number[] = [];
const commitMs: number[] = [];
for (let number = 0; number < ONE_BY_ONE; number += 1) {
  const beforeMs = performance.now();
  const id = await openNext();
  const openedAtMs = performance.now();
  await sign(id);
  openMs.push(openedAtMs - beforeMs);
  commitMs.push(performance.now() - openedAtMs);
}
const groupsAtMs = performance.now();
// One group at a time, so that no user has two commits under way.
for (let group = 0; group < GROUPS; group += 1) {
  await Promise.all(Array.from({ length: AT_ONCE }, async () => sign(await openNext())));
}
const perSecond = (GROUPS * AT_ONCE * 1_000) / (performance.now() - groupsAtMs);
const residentMb = process.memoryUsage().rss / 2 ** 20;
await store.close();
const result = {
  startMs,
  openMs: medianOf(openMs),
  commitMs: medianOf(commitMs),
  perSecond,
  residentMb,
  bytesPerCommit: writtenBytes / (ONE_BY_ONE + GROUPS * AT_ONCE),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
