import type { ReviewLine, Warning } from '../../../api/reviews.js';
import type { SiweMessage } from '../../../protocol/siwe-message.js';

const DAY_MS = 86_400_000;

const NUMBERS = ['Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

function daysUntil(expirationTime: string | undefined, nowMs: number): string {
  const days = Math.ceil((Date.parse(expirationTime ?? '') - nowMs) / DAY_MS);
  return `${NUMBERS[days - 2] ?? String(days)} days`;
}

type Note = Pick<ReviewLine, 'subject' | 'level' | 'title' | 'detail'>;

/** The warnings that are about the form of a request, and the line of each. Others have lines made of the rights. */
const NOTES: readonly (readonly [Warning['id'], (message: SiweMessage, nowMs: number) => Note])[] =
  [
    [
      'not-a-session-key',
      () => ({
        subject: 'receiver',
        level: 'danger',
        title: 'It goes to a lasting key',
        detail: 'The rights leave the browser session of the app.',
      }),
    ],
    [
      'long-lived',
      ({ expirationTime }, nowMs) => ({
        subject: 'form',
        level: 'notice',
        title: daysUntil(expirationTime, nowMs),
        detail: 'Most apps ask for a day at most.',
      }),
    ],
    [
      'punycode-domain',
      ({ domain }) => ({
        subject: 'form',
        level: 'notice',
        title: `An unusual spelling: ${domain}`,
        detail: 'The name of the app contains characters that can look like others.',
      }),
    ],
    [
      'domain-without-port',
      ({ domain }) => ({
        subject: 'form',
        level: 'notice',
        title: `It names ${domain} without a port`,
        detail: 'Every app on that host can use the signature.',
      }),
    ],
    [
      'odd-time',
      () => ({
        subject: 'form',
        level: 'notice',
        title: 'Made at another time',
        detail: 'The request states another time than now.',
      }),
    ],
    [
      'void-grant',
      () => ({
        subject: 'form',
        level: 'notice',
        title: 'An odd path',
        detail: 'It covers names that begin with a slash. Few apps use such names.',
      }),
    ],
  ];

/** Returns the lines about the form of a request: its receiver, its times, and how its host and paths are written. */
export function formNotesOf(
  message: SiweMessage,
  warnings: readonly Warning[],
  nowMs: number,
): readonly ReviewLine[] {
  const found = new Set(warnings.map(({ id }) => id));
  return NOTES.filter(([id]) => found.has(id)).map(([, lineOf]) => ({
    ...lineOf(message, nowMs),
    rights: 0,
    parts: [],
  }));
}
