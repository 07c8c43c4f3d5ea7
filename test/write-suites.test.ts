import { test } from './test.js';
import { dealFiles } from './write-suites.js';

test('every test file is in exactly one suite, also one of a new folder', (t) => {
  const folders = [
    'fuzz/',
    'browser/',
    'scenarios/',
    'local/',
    'attestation/',
    'cli/',
    'new/deep/',
    '',
  ];
  const files = folders.flatMap((folder) =>
    Array.from({ length: 9 }, (_, at) => `${folder}${at}.test.js`),
  );
  const suites = dealFiles(files);
  t.deepEqual([...suites.values()].flat().toSorted(), files.toSorted());
  t.true([...suites.values()].every((own) => own.length > 0));
});
