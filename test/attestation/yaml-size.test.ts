/**
 * Tests that no text is composed that is nested so deeply that composing it could end the process.
 */
import { EvidenceError } from '../../attestation/check.js';
import { parseComposeYaml } from '../../attestation/application/lint-yaml.js';
import { readMeasuredImages } from '../../attestation/application/measured-images.js';
import { isTooLarge } from '../../attestation/application/yaml-size.js';
import { test } from '../test.js';

const UNITS: readonly (readonly [what: string, unit: string])[] = [
  ['flow sequences', '['],
  ['flow mappings', '{a: '],
  ['sequences on one line', '- '],
  ['explicit keys', '? '],
  ['explicit values', ': '],
  ['mappings on one line', 'a: '],
];

for (const [what, unit] of UNITS) {
  test(`${what} are refused from a depth on, and never composed beyond it`, (t) => {
    t.false(isTooLarge(unit.repeat(20)));
    for (const depth of [100, 1_000, 10_000]) {
      const text = unit.repeat(depth);
      t.true(isTooLarge(text), `${depth}`);
      t.like(parseComposeYaml(text).findings[0], { rule: 'yaml-syntax', message: 'too large' });
      const file = JSON.stringify({ docker_compose_file: text });
      const error = t.throws(() => readMeasuredImages(file), { instanceOf: EvidenceError });
      t.regex(String((error as Error).cause), /too large/);
    }
  });
}

test('mappings over several lines count as well', (t) => {
  const nested = (depth: number): string =>
    Array.from({ length: depth }, (_, at) => `${' '.repeat(at)}a:\n`).join('');
  t.false(isTooLarge(nested(30)));
  t.true(isTooLarge(nested(100)));
});

test('a text is too large from a length on', (t) => {
  t.false(isTooLarge('#'.repeat(64 * 1024)));
  t.true(isTooLarge('#'.repeat(64 * 1024 + 1)));
});
