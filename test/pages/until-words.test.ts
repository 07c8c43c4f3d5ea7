/** Tests that a time in words is close to the time. */
import { test } from '../test.js';
import { expectedWords } from '../../src/pages/until-words.js';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const wordsIn = (ms: number): string => expectedWords(new Date(NOW_MS + ms).toISOString(), NOW_MS);

test('the words for an expected time are wrong by less than half of it', (t) => {
  for (let ms = 45_000; ms < 3 * 86_400_000; ms = Math.round(ms * 1.01)) {
    const words = wordsIn(ms);
    const [, count, unit = ''] = /^ready in about (\d+) (minute|hour|day)s?$/.exec(words) ?? [];
    const saidMs = Number(count) * (UNIT_MS[unit] ?? NaN);
    t.true(Math.abs(saidMs - ms) <= ms / 2, `${ms} ms: ${words}`);
  }
  t.is(wordsIn(44_999), 'ready in less than a minute');
  t.is(wordsIn(0), 'ready soon');
  t.is(wordsIn(-60_000), 'ready soon');
});
