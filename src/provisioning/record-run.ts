/** Makes a run durable before any caller learns that it is pending. */
import { createRun } from '../bootstrap/run.js';
import { type RunPlace, withoutFailure } from './attempt-run.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';

/**
 * Resolves once the record of the run is durable and waits for its turn. An existing record is
 * kept, so that a resumed run sends the same bytes; a new record has a seed of its own. With
 * `again`, an account that counts as complete is provisioned again. Rejects ERR_STORE_* and
 * ERR_STATE_TAMPERED.
 */
export async function recordRun(
  { context, records }: RunPlace,
  subject: RunSubject,
  again: boolean,
): Promise<void> {
  const { engine } = context;
  const found = await records.find(runIdOf(subject));
  if (found === undefined || (again && found.again !== true)) {
    const run = createRun(engine.randomBytes(32), engine.clock());
    const record: RunRecord = { subject, run: { ...run, attempt: 0 } };
    await records.save(again ? { ...record, again: true } : record);
  } else if (found.failure !== undefined) {
    await records.save(withoutFailure(found));
  }
}
