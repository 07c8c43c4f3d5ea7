/** Tests the fence of a run: a process that has lost it can neither save nor complete it. */
import { createRun } from '../../src/bootstrap/run.js';
import { HeldRecord } from '../../src/provisioning/held-record.js';
import { RunRecords } from '../../src/provisioning/run-records.js';
import { runIdOf, type RunRecord } from '../../src/provisioning/run-record.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';

const NOW_MS = 1_790_000_000_000;
const CONFLICT = { code: 'ERR_STORE_CONFLICT' };

test('after another replica has taken a run over, every save and completion of the first one fails', async (t) => {
  const store = createMemoryStateStore();
  const subject = { userId: 'u', keyId: 'u-0', chainId: 1, nodeOrigin: 'https://node.example' };
  const record: RunRecord = { subject, run: createRun(new Uint8Array(32), NOW_MS) };
  const open = async () => {
    const documents = createMemoryDocuments(store, true);
    const records = new RunRecords(documents);
    const found = await records.open(runIdOf(subject));
    return { documents, held: new HeldRecord(records, found?.generation ?? 0, record) };
  };
  const first = await open();
  await first.held.save({ ...record, owner: 'first' });
  await first.documents.commit([first.held.condition()]);
  const second = await open();
  await second.held.save({ ...record, owner: 'second' });
  await t.throwsAsync(first.held.save({ ...record, owner: 'first' }), CONFLICT);
  await t.throwsAsync(first.documents.commit([first.held.condition()]), CONFLICT);
  await second.documents.commit([second.held.condition()]);
  await second.held.save({ ...record, owner: 'second' });
  t.is(second.held.latest.owner, 'second');
});
