import type { ReviewLine } from '../../../api/reviews.js';
import { isKeyDid } from '../../../protocol/did.js';
import type { SiweMessage } from '../../../protocol/siwe-message.js';
import { hasOddPath } from '../odd-path.js';
import type { Level, Subject } from './review-line.js';
import type { RightPair } from './right-pairs.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ODD_MS = 5 * MINUTE_MS;

const note = (subject: Subject, level: Level, title: string, detail: string): ReviewLine => ({
  subject,
  level,
  title,
  detail,
  rights: 0,
  parts: [],
});

const NUMBERS = ['Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

const daysIn = (ms: number): string => {
  const days = Math.ceil(ms / DAY_MS);
  return `${NUMBERS[days - 2] ?? String(days)} days`;
};

/** Lines about the form of a request: for whom, for how long, when it was made, and how its host and paths are written. */
export function formNotesOf(
  message: SiweMessage,
  pairs: readonly RightPair[],
  nowMs: number,
): readonly ReviewLine[] {
  const { uri, domain, issuedAt, expirationTime } = message;
  const lifetimeMs = expirationTime === undefined ? 0 : Date.parse(expirationTime) - nowMs;
  return [
    ...(pairs.length === 0 || isKeyDid(uri)
      ? []
      : [
          note(
            'receiver',
            'danger',
            'It goes to a lasting key',
            'The rights leave the browser session of the app.',
          ),
        ]),
    ...(pairs.length === 0 || lifetimeMs <= DAY_MS
      ? []
      : [note('form', 'notice', daysIn(lifetimeMs), 'Most apps ask for a day at most.')]),
    ...(/(?:^|\.)xn--/.test(domain)
      ? [
          note(
            'form',
            'notice',
            `An unusual spelling: ${domain}`,
            'The name of the app contains characters that can look like others.',
          ),
        ]
      : []),
    ...(Math.abs(Date.parse(issuedAt) - nowMs) > ODD_MS
      ? [
          note(
            'form',
            'notice',
            'Made at another time',
            'The request states another time than now.',
          ),
        ]
      : []),
    ...(pairs.some(({ parsed }) => hasOddPath(parsed))
      ? [
          note(
            'form',
            'notice',
            'An odd path',
            'It covers names that begin with a slash. Few apps use such names.',
          ),
        ]
      : []),
  ];
}
