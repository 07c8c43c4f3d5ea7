import type { ReviewLine, Warning } from '../../../api/reviews.js';
import type { SiweMessage } from '../../../protocol/siwe-message.js';
import type { ReviewWords } from '../../../languages/review-words.js';

const DAY_MS = 86_400_000;

function daysUntil(
  { say }: ReviewWords,
  expirationTime: string | undefined,
  nowMs: number,
): string {
  const count = Math.ceil((Date.parse(expirationTime ?? '') - nowMs) / DAY_MS);
  return say('{count} days', { count });
}

type Note = Pick<ReviewLine, 'subject' | 'level' | 'title' | 'detail'>;

/**
 * The warnings that are about the form of a request, and the line of each. Others have lines made
 * of the rights.
 */
const NOTES: readonly (readonly [
  Warning['id'],
  (words: ReviewWords, message: SiweMessage, nowMs: number) => Note,
])[] = [
  [
    'not-a-session-key',
    ({ say }) => ({
      subject: 'receiver',
      level: 'danger',
      title: say('It goes to a lasting key'),
      detail: say('The rights leave the browser session of the app.'),
    }),
  ],
  [
    'long-lived',
    (words, { expirationTime }, nowMs) => ({
      subject: 'form',
      level: 'notice',
      title: daysUntil(words, expirationTime, nowMs),
      detail: words.say('Most apps ask for a day at most.'),
    }),
  ],
  [
    'punycode-domain',
    ({ say }, { domain }) => ({
      subject: 'form',
      level: 'notice',
      title: say('An unusual spelling: {domain}', { domain }),
      detail: say('The name of the app contains characters that can look like others.'),
    }),
  ],
  [
    'domain-without-port',
    ({ say }, { domain }) => ({
      subject: 'form',
      level: 'notice',
      title: say('It names {domain} without a port', { domain }),
      detail: say('Every app on that host can use the signature.'),
    }),
  ],
  [
    'odd-time',
    ({ say }) => ({
      subject: 'form',
      level: 'notice',
      title: say('Made at another time'),
      detail: say('The request states another time than now.'),
    }),
  ],
  [
    'void-grant',
    ({ say }) => ({
      subject: 'form',
      level: 'notice',
      title: say('An odd path'),
      detail: say('It covers names that begin with a slash. Few apps use such names.'),
    }),
  ],
];

/**
 * Returns the lines about the form of a request: its receiver, its times, and how its host and
 * paths are written.
 */
export function formNotesOf(
  words: ReviewWords,
  message: SiweMessage,
  warnings: readonly Warning[],
  nowMs: number,
): readonly ReviewLine[] {
  const found = new Set(warnings.map(({ id }) => id));
  return NOTES.filter(([id]) => found.has(id)).map(([, lineOf]) => ({
    ...lineOf(words, message, nowMs),
    rights: 0,
    parts: [],
  }));
}
