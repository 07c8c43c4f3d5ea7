/** Tests that neither many signatures nor many users make the memory of the service grow. */
import { KEPT_ENTRIES, DROPPED_AT_ONCE } from '../../src/accounts/audit-trail.js';
import { measureLongRun } from '../../scripts/bench/long-run.js';
import { IS_FULL } from '../sample.js';
import { test } from '../test.js';

const SIGNATURES = IS_FULL ? 100_000 : 100;
/** What the engine itself keeps or frees, and the changes that wait for a checkpoint. */
const NOISE_MB = 24;

test('many signatures of one user leave the memory flat, and a trail that verifies', async (t) => {
  const { warmMb, endMb, entries } = await measureLongRun('one-user', SIGNATURES);
  t.true(endMb <= warmMb + NOISE_MB, `${warmMb} MiB, then ${endMb} MiB`);
  const kept = Math.min(SIGNATURES, KEPT_ENTRIES);
  t.true(entries >= kept && entries <= kept + DROPPED_AT_ONCE, String(entries));
});

test('many users with one signature each leave the memory flat', async (t) => {
  const { warmMb, endMb, entries } = await measureLongRun('many-users', SIGNATURES);
  t.true(endMb <= warmMb + NOISE_MB, `${warmMb} MiB, then ${endMb} MiB`);
  t.true(entries > 0);
});
