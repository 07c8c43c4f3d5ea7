/** Makes a run durable before any caller learns that it is pending. */
import { createRun } from '../bootstrap/run.js';
import { errorCodeOf } from '../errors.js';
import { type RunPlace, withoutFailure } from './attempt-run.js';
import { runIdOf, type RunRecord, type RunSubject } from './run-record.js';

const ATTEMPTS = 5;
const NO_RECORD = { generation: 0, value: undefined } as const;

/**
 * Resolves once the record of the run is durable and waits for its turn. An existing record is
 * kept, so that a resumed run sends the same bytes; a new record has a seed of its own. With
 * `again`, an account that counts as complete is provisioned again. Rejects ERR_STORE_* and
 * ERR_STATE_TAMPERED.
 */
export async function recordRun(
  place: RunPlace,
  subject: RunSubject,
  again: boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await recordOnce(place, subject, again);
    } catch (error) {
      // Another replica records or executes the same run.
      if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT' || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function recordOnce(
  { context, records }: RunPlace,
  subject: RunSubject,
  again: boolean,
): Promise<void> {
  const { engine } = context;
  const { generation, value: found } = (await records.open(runIdOf(subject))) ?? NO_RECORD;
  if (found === undefined || (again && found.again !== true)) {
    const run = createRun(engine.randomBytes(32), engine.clock());
    const record: RunRecord = { subject, run: { ...run, attempt: 0 } };
    await records.saveAt(generation, again ? { ...record, again: true } : record);
  } else if (found.failure !== undefined) {
    await records.saveAt(generation, withoutFailure(found));
  }
}
