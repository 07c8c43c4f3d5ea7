import { test } from '../test.js';
import { findLosses } from '../../scripts/bench/check-ratios.js';

test('a ratio may fall to 0.7 of the committed one, and a missing one is a loss', (t) => {
  t.deepEqual(findLosses('sign', { rate: 7 }, { rate: 10 }), []);
  t.deepEqual(findLosses('sign', { rate: 20, other: 0.1 }, { rate: 10 }), []);
  t.is(findLosses('sign', { rate: 6.9 }, { rate: 10 }).length, 1);
  t.is(findLosses('sign', {}, { rate: 10 }).length, 1);
  t.is(findLosses('sign', { rate: Number.NaN }, { rate: 10 }).length, 1);
});

test('a bench without committed ratios is not judged', (t) => {
  t.deepEqual(findLosses('sign', { rate: 1 }), []);
});
