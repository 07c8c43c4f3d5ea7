import { readdirSync, readFileSync } from 'node:fs';
import { test } from './test.js';
import { ERROR_TABLE } from '../src/error-table.js';
import { ServiceError, type ErrorCode } from '../src/errors.js';

const root = new URL('../../', import.meta.url);
const CODES = Object.keys(ERROR_TABLE) as readonly ErrorCode[];

function textsIn(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true })
      .map((name) => `${folder}/${String(name)}`)
      .filter((path) => path.endsWith('.ts') && !/^(?:src|test)\/errors(?:\.test)?\.ts$/.test(path))
      .map((path) => readFileSync(new URL(path, root), 'utf8')),
  );
}

/** The names of a code: callers see those of a failed set-up without our prefix. */
const namesOf = (code: ErrorCode): readonly string[] => [
  `'${code}'`,
  `'tinycloud_bootstrap_${code.replace(/^ERR_(?:BOOTSTRAP_)?/, '').toLowerCase()}'`,
];

test('an error shows its public sentence and keeps its detail apart', (t) => {
  const error = new ServiceError('ERR_DID_INVALID', { detail: { length: 3 } });
  t.is(error.message, ERROR_TABLE.ERR_DID_INVALID.sentence);
  t.is(error.status, 400);
  t.deepEqual(error.detail, { length: 3 });
});

test('every code of the table is used by the service or its commands', (t) => {
  const texts = textsIn('src', 'attestation', 'scripts');
  const dead = CODES.filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
  t.deepEqual(dead, []);
});

test('every code of the table is expected by a test', (t) => {
  const texts = textsIn('test');
  const unknown = CODES.filter(
    (code) => !texts.some((text) => namesOf(code).some((name) => text.includes(name))),
  );
  t.deepEqual(unknown, []);
});
