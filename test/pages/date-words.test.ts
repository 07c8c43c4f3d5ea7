/** Tests that a page has dates and numbers in its own language. */
import { readdirSync, readFileSync } from 'node:fs';
import { localeFor } from '../../src/pages/locale-for.js';
import { test } from '../test.js';

const ROOT = new URL('../../../src/', import.meta.url);
const FOLDERS = ['pages', 'widget', 'account-page'];

test('the form of the region counts only if it is in the language of the page', (t) => {
  t.is(localeFor('en', 'en-GB'), 'en-GB');
  t.is(localeFor('de', 'de-AT'), 'de-AT');
  t.is(localeFor('de', 'en-GB'), 'de');
  t.is(localeFor('en', 'fr'), 'en');
});

test('no page writes a date or a number in another language than its own', (t) => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const found = files.flatMap((file) =>
    [...readFileSync(new URL(file, ROOT), 'utf8').matchAll(/Intl\.(?:\w*Format)\(([^,)]*)/g)].map(
      ([call, locale = '']) => ({ call, locale, file }),
    ),
  );
  t.true(found.length >= 6);
  const own = new Set(['LOCALE', 'LANGUAGE']);
  const other = found.filter(({ locale }) => !own.has(locale));
  t.deepEqual(
    other.map(({ call, file }) => `${file}: ${call}`),
    // The first is the browser's, which the page's own is derived from; names of passkeys are data.
    [
      'pages/date-words.ts: Intl.DateTimeFormat(',
      "pages/device-words.ts: Intl.DateTimeFormat('en-GB'",
    ],
  );
});
