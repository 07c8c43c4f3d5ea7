/** Faults in the texts: a person reads another language, or something else than what is signed. */
import type { Mutant } from './mutant.js';

const MESSAGES = 'test/languages/messages.test.ts';
const DIGEST = 'test/scenarios/review-digest.test.ts';
const SUMMARY = 'test/signing/rights-summary.test.ts';
const IN_LANGUAGE = 'a person is told in their language, and the digest covers what they are told';
const SAME = 'in German a person is told the same, and every sentence is German';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'far-end-has-no-day',
    file: 'src/pages/until-words.ts',
    from: 'const NEAR_MS = 12 * HOUR_MS;',
    to: 'const NEAR_MS = 14 * HOUR_MS;',
    killedBy:
      'test/browser/looks.test.ts: an ordinary sign-in is read and approved in narrow windows',
  },
  {
    id: 'past-end-has-no-day',
    file: 'src/pages/until-words.ts',
    from: 'leftMs >= 0 && leftMs < NEAR_MS',
    to: 'leftMs < NEAR_MS',
    killedBy:
      'test/browser/looks.test.ts: an ordinary sign-in is read and approved in narrow windows',
  },
  {
    id: 'near-end-has-a-day',
    file: 'src/pages/until-words.ts',
    from: 'return leftMs >= 0 && leftMs < NEAR_MS ? timeWords(endMs) : momentWords(endMs, nowMs);',
    to: 'return leftMs < 0 ? timeWords(endMs) : momentWords(endMs, nowMs);',
    killedBy:
      'test/browser/looks.test.ts: an ordinary sign-in is read and approved in narrow windows',
  },
  {
    id: 'review-always-english',
    file: 'src/http/routes/review-routes.ts',
    from: 'words: REVIEW_WORDS[languageOf(header)],',
    to: 'words: REVIEW_WORDS.en,',
    killedBy: `${DIGEST}: ${IN_LANGUAGE}`,
  },
  {
    id: 'approval-recorded-in-english',
    file: 'src/signing/sign-reviewed.ts',
    from: 'sessionId: session.id, words };',
    to: 'sessionId: session.id };',
    killedBy: `${DIGEST}: ${IN_LANGUAGE}`,
  },
  {
    id: 'warnings-always-english',
    file: 'src/signing/review/warnings.ts',
    from: '({ id, text: say(text) })',
    to: '({ id, text })',
    killedBy: `${SUMMARY}: ${SAME}`,
  },
  {
    id: 'refused-language-is-chosen',
    file: 'src/languages/language.ts',
    from: 'LANGUAGES.find((each) => each === preferred) ?? LANGUAGES[0]',
    to: 'LANGUAGES.find((each) => accepted?.includes(each)) ?? LANGUAGES[0]',
    killedBy: `${MESSAGES}: a browser gets its preferred language of those that exist, and English otherwise`,
  },
  {
    id: 'values-are-filled-again',
    file: 'src/languages/message.ts',
    from: "piecesOf<string | number>(table[message] ?? message, values).join('')",
    to: "piecesOf<string | number>(piecesOf<string | number>(table[message] ?? message, values).join(''), values).join('')",
    killedBy: `${MESSAGES}: a value is put into a message as it is, even if it looks like a place`,
  },
  {
    id: 'text-outside-the-tables',
    file: 'src/widget/screens/continue-screen.ts',
    from: "t('It will see your address.')",
    to: "'It will see your address.'",
    killedBy: `${MESSAGES}: every text of a page that a person reads is a message`,
  },
  {
    id: 'markup-in-a-message-ends-the-table',
    file: 'src/http/pages/page-document.ts',
    from: ".replaceAll('<', String.raw`\\u003c`)",
    to: '',
    killedBy: 'test/http/pages.test.ts: a table of messages cannot end its element',
  },
  {
    id: 'review-in-the-language-of-the-browser',
    file: 'src/pages/service-api.ts',
    from: "const headers = { 'accept-language': LANGUAGE };",
    to: 'const headers = {};',
    killedBy:
      'test/browser/widget-ways.test.ts: a review is in the language of the page that shows it',
  },
  {
    id: 'dates-in-the-language-of-the-browser',
    file: 'src/pages/date-words.ts',
    from: 'localeFor(LANGUAGE, new Intl.DateTimeFormat().resolvedOptions().locale)',
    to: 'localeFor(LANGUAGE, LANGUAGE) && new Intl.DateTimeFormat().resolvedOptions().locale',
    killedBy:
      'test/browser/widget-ways.test.ts: a review is in the language of the page that shows it',
  },
];
