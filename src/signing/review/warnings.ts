import type { Statement, Warning } from '../../api/reviews.js';
import { isKeyDid } from '../../protocol/did.js';
import type { Resource } from '../../protocol/resource.js';
import type { SiweMessage } from '../../protocol/siwe-message.js';
import { type RecapContent, type SigningContent, signInMessageOf } from '../signing-request.js';
import { hasOddPath } from './odd-path.js';
import { ENGLISH_WORDS, type ReviewWords } from '../../languages/review-words.js';

type WarningId = Warning['id'];

const WARNINGS = [
  ['unreadable-bytes', 'These bytes are not text, so their meaning cannot be shown.'],
  ['plain-text', 'You sign this exact text. Read it first: your signature can be shown to others.'],
  [
    'not-a-session-key',
    'The rights are granted to something other than the session key of an app.',
  ],
  ['long-lived', 'The rights last for more than one day.'],
  ['no-end', 'The rights never expire.'],
  [
    'foreign-space',
    'The request names spaces or networks that are not yours, or that are on another chain.',
  ],
  [
    'void-grant',
    'Some of the rights cover keys that begin with a slash. Few apps use such keys, so this app may be asking for the wrong keys.',
  ],
  ['unknown-right', 'This service does not recognize some of the rights.'],
  ['punycode-domain', "The app's domain contains characters that can look like others."],
  [
    'domain-without-port',
    'The request names the host of the app without its port. Every app on that host can use the signature.',
  ],
  ['odd-time', 'The time in the request differs from the current time.'],
] as const satisfies readonly (readonly [WarningId, string])[];

const DAY_MS = 86_400_000;
const ODD_MS = 300_000;

/**
 * Returns the warnings about a request, in the order of the table. `appHost` is the host of the app
 * that asks, with its port if it has one.
 */
export function findWarnings(
  content: SigningContent,
  statements: readonly Statement[],
  appHost: string,
  nowMs: number,
  { say }: ReviewWords = ENGLISH_WORDS,
): readonly Warning[] {
  const found = new Set<WarningId>();
  if (content.kind === 'bytes') found.add('unreadable-bytes');
  if (content.kind === 'text') found.add('plain-text');
  const message = signInMessageOf(content);
  if (message !== undefined) warnOfMessage(found, message, appHost, nowMs);
  if (content.kind === 'recap') warnOfRights(found, content, nowMs);
  if (statements.some(({ kind }) => kind === 'unknown')) found.add('unknown-right');
  return WARNINGS.filter(([id]) => found.has(id)).map(([id, text]) => ({ id, text: say(text) }));
}

function warnOfMessage(
  found: Set<WarningId>,
  { domain, issuedAt }: SiweMessage,
  appHost: string,
  nowMs: number,
): void {
  if (domain !== appHost) found.add('domain-without-port');
  if (/(?:^|\.)xn--/.test(domain)) found.add('punycode-domain');
  if (Math.abs(Date.parse(issuedAt) - nowMs) > ODD_MS) found.add('odd-time');
}

function warnOfRights(
  found: Set<WarningId>,
  { message, rights }: RecapContent,
  nowMs: number,
): void {
  const { expirationTime, uri } = message;
  if (!isKeyDid(uri)) found.add('not-a-session-key');
  if (expirationTime === undefined) found.add('no-end');
  else if (Date.parse(expirationTime) - nowMs > DAY_MS) found.add('long-lived');
  if (rights.some(({ resource }) => !isOwn(resource, message))) found.add('foreign-space');
  if (rights.some(({ resource }) => hasOddPath(resource))) found.add('void-grant');
}

/**
 * Returns whether a resource belongs to the account of the request, that is, to its address on its
 * chain.
 */
function isOwn(resource: Resource | undefined, { address, chainId }: SiweMessage): boolean {
  if (resource === undefined) return false;
  const { owner } = resource.kind === 'space' ? resource.space : resource.network;
  return owner.address === address && owner.chainId === chainId;
}
