import { isKeyDid } from '../../protocol/did.js';
import type { ReadRequest } from './read-request.js';
import type { Statement } from './statements.js';

export type Warning = { readonly id: WarningId; readonly text: string };

const WARNINGS = [
  ['unreadable-bytes', 'These bytes are no text: nobody can see what they mean.'],
  ['plain-text', 'This text is signed as it stands. Read it: it can be shown to others as yours.'],
  ['not-a-session-key', 'The rights go to something that is not a session key of an app.'],
  ['long-lived', 'The rights last longer than a day.'],
  ['no-end', 'The rights do not end by themselves.'],
  ['foreign-space', 'The request is about spaces that are not yours.'],
  ['void-grant', 'The app asks in a broken way: a part of the rights covers nothing.'],
  ['unknown-right', 'A part of the rights is not known here.'],
  ['punycode-domain', "The app's name is written with characters that can look like others."],
  ['odd-time', 'The request says that it was made at another time than now.'],
] as const;

export type WarningId = (typeof WARNINGS)[number][0];

const DAY_MS = 86_400_000;
const ODD_MS = 300_000;

/** What a person should know before the lines are read, in the order of the table. */
export function findWarnings(
  request: ReadRequest,
  statements: readonly Statement[],
  nowMs: number,
): readonly Warning[] {
  const found = new Set<WarningId>();
  if (request.kind === 'bytes') found.add('unreadable-bytes');
  if (request.kind === 'text') found.add('plain-text');
  if (request.kind === 'sign-in') {
    const { message, recap } = request;
    const { expirationTime, issuedAt, domain, uri, address } = message;
    if (/(?:^|\.)xn--/.test(domain)) found.add('punycode-domain');
    if (Math.abs(Date.parse(issuedAt) - nowMs) > ODD_MS) found.add('odd-time');
    if (recap !== undefined) {
      if (!isKeyDid(uri)) found.add('not-a-session-key');
      if (expirationTime === undefined) found.add('no-end');
      else if (Date.parse(expirationTime) - nowMs > DAY_MS) found.add('long-lived');
      const resources = [...recap.attenuations.keys()];
      if (resources.some((each) => !each.includes(`:${address}:`))) found.add('foreign-space');
    }
  }
  if (statements.some(({ kind }) => kind === 'void')) found.add('void-grant');
  if (statements.some(({ kind }) => kind === 'unknown')) found.add('unknown-right');
  return WARNINGS.filter(([id]) => found.has(id)).map(([id, text]) => ({ id, text }));
}
