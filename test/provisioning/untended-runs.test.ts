import { test } from '../test.js';
import fc from 'fast-check';
import { UntendedRuns } from '../../src/provisioning/untended-runs.js';
import type { RunRecord } from '../../src/provisioning/run-record.js';
import { createRun } from '../../src/bootstrap/run.js';

const recordAt = (startedAtMs: number): RunRecord => ({
  subject: { userId: 'u', keyId: `u-${startedAtMs}`, chainId: 1, nodeOrigin: 'https://node' },
  run: createRun(new Uint8Array(32), startedAtMs),
});

test('the oldest runs are kept in order, and hasMore reports whether there are others', (t) => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 40 });
  const holds = fc.property(times, fc.integer({ min: 0, max: 12 }), (starts, limit) => {
    const untended = new UntendedRuns(limit);
    for (const start of starts) untended.add(recordAt(start));
    const expected = starts.toSorted((a, b) => a - b).slice(0, limit);
    t.is(untended.hasMore, starts.length > limit);
    t.deepEqual(
      untended.oldest.map(({ keyId }) => keyId),
      expected.map((start) => `u-${start}`),
    );
    t.is(untended.hasMore, starts.length > limit);
  });
  fc.assert(holds);
});
