import { test } from '../test.js';
import * as fc from 'fast-check';
import { isTimestamp } from '../../src/protocol/timestamp.js';

test('the examples of RFC 3339 are timestamps, except its leap seconds', (t) => {
  const times = [
    '1985-04-12T23:20:50.52Z',
    '1996-12-19T16:39:57-08:00',
    '1937-01-01T12:00:27.87+00:20',
  ];
  for (const text of times) t.true(isTimestamp(text), text);
  for (const text of ['1990-12-31T23:59:60Z', '1990-12-31T15:59:60-08:00'])
    t.false(isTimestamp(text));
});

const at = (day: string): boolean => isTimestamp(`${day}T00:00:00Z`);

test('a date that does not exist is not a timestamp', (t) => {
  for (const day of ['2024-02-29', '2000-02-29', '0000-02-29', '0099-12-31', '2026-12-31'])
    t.true(at(day), day);
  const missing = [
    '2026-02-29',
    '2026-02-31',
    '1900-02-29',
    '2026-04-31',
    '2026-00-01',
    '2026-13-01',
  ];
  for (const day of [...missing, '2026-01-00', '2026-01-32']) t.false(at(day), day);
});

test('hours, minutes, seconds and offsets must be in their range', (t) => {
  const day = '2026-01-01T';
  t.true(isTimestamp(`${day}23:59:59.999+23:59`));
  const wrong = ['24:00:00Z', '00:60:00Z', '00:00:60Z', '00:00:00+24:00', '00:00:00-00:60'];
  for (const time of wrong) t.false(isTimestamp(day + time), time);
});

test('other notations of a time are not timestamps', (t) => {
  const spellings = [
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01t00:00:00Z',
    '2026-01-01T00:00:00z',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00,5Z',
    '2026-01-01T00:00:00+0100',
    '2026-01-01T00:00:00Z\n',
    ' 2026-01-01T00:00:00Z',
    '+002026-01-01T00:00:00Z',
    '2026-001T00:00:00Z',
    '2026-01-01',
    '1767225600',
    '',
  ];
  for (const text of spellings) t.false(isTimestamp(text), text);
});

test('every instant of a four-digit year is a timestamp', (t) => {
  const range = {
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
  };
  const date = fc.date({ ...range, noInvalidDate: true });
  fc.assert(fc.property(date, (instant) => isTimestamp(instant.toISOString())));
  t.pass();
});
