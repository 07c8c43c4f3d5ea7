/** Tests that what an archive restores into a data directory is durable before it says so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJsonStateArchive } from '../../src/adapters/json-state-archive.js';
import { nodeStoreFiles } from '../../src/adapters/json-store/node-store-files.js';
import type { StoreFiles } from '../../src/adapters/json-store/store-files.js';
import { test } from '../test.js';

test('the names of restored files are durable once the batch is restored', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-test-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const unsynced = new Set<string>();
  let renamed = 0;
  const files: StoreFiles = {
    ...nodeStoreFiles,
    rename: async (from, to) => {
      await nodeStoreFiles.rename(from, to);
      unsynced.add(to.slice(0, to.lastIndexOf('/')));
      renamed += 1;
    },
    syncDirectory: async (path) => {
      await nodeStoreFiles.syncDirectory(path);
      unsynced.delete(path);
    },
  };
  const archive = await openJsonStateArchive(dataDir, files);
  const sealed = Uint8Array.of(1);
  await archive.restore([
    { type: 'document', kind: 'user', id: 'a', generation: 1, sealed },
    { type: 'entry', log: 'l', number: 1, sealed },
  ]);
  t.is(renamed, 2);
  t.deepEqual([...unsynced], []);
  await archive.close();
});
