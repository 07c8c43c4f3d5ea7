/** The name that a new passkey is given, from the user agents of common browsers. */
import { deviceWords, passkeyName } from '../../src/pages/device-words.js';
import { test } from '../test.js';

const CHROMIUM = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';

const ROWS: readonly (readonly [words: string, userAgent: string])[] = [
  ['Chrome on Mac', `${MAC} ${CHROMIUM} Safari/537.36`],
  [
    'Edge on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROMIUM} Safari/537.36 Edg/142.0`,
  ],
  ['Chrome on Android', `Mozilla/5.0 (Linux; Android 10; K) ${CHROMIUM} Mobile Safari/537.36`],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Safari on Mac', `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15`],
  [
    'Safari on iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  ],
  ['Browser', 'something else'],
];

test('a browser and its system are named as a person knows them', (t) => {
  for (const [words, userAgent] of ROWS) t.is(deviceWords(userAgent), words);
});

test('a passkey is named after the browser, the system and the day', (t) => {
  const [words, userAgent] = ROWS[0] ?? ['', ''];
  t.is(passkeyName(userAgent, Date.parse('2026-11-28T12:00:00Z')), `${words}, 28 Nov 2026`);
});
