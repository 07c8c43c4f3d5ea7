/**
 * The text that a wallet signs to sign in to this service. The service recognizes it without
 * storing it.
 *
 * The nonce is 24 random hex digits and a 40-digit keyed tag over everything that may differ
 * between two challenges. A challenge is therefore stateless until it is used; its single use is
 * recorded with the user.
 */
import { ServiceError } from '../errors.js';
import { type Address } from '../protocol/address.js';
import { hex } from '../protocol/bytes.js';
import { encodeSiweMessage, parseSiweMessage, type SiweMessage } from '../protocol/siwe-message.js';

/**
 * What a signed challenge does: begin a session of one of the two transports, or link a wallet to a
 * user.
 */
export type ChallengeKind = 'bearer' | 'cookie' | 'link';

/** How long a challenge is valid. */
export const CHALLENGE_LIFETIME_MS = 300_000;

const STATEMENTS: { readonly [kind in ChallengeKind]: string } = {
  bearer:
    'Sign in to Sealwright with a program. For up to one hour the program may use your keys to sign without asking again. ' +
    'When an app signs you in to TinyCloud, your TinyCloud account is set up for you.',
  cookie:
    'Sign in to Sealwright in this browser. You will see each request before it is signed. ' +
    'When an app signs you in to TinyCloud, your TinyCloud account is set up for you.',
  link:
    'Add this wallet to a Sealwright account. Anyone who holds the wallet can then sign in to that account, ' +
    'use its keys and remove its other ways to sign in.',
};

/** What challenges depend on. */
export type ChallengeContext = {
  /** The public origin of the service: scheme, host and port. */
  readonly publicOrigin: string;
  readonly tagOf: (text: string) => string;
};

/** A challenge, and when it expires. */
export type WalletChallenge = {
  readonly message: string;
  readonly nonce: string;
  readonly expiresAtMs: number;
};

type Subject = {
  readonly address: Address;
  readonly kind: ChallengeKind;
  /** For `link` only: the user to whom the wallet is added. */
  readonly userId?: string | undefined;
};

function compose(
  context: ChallengeContext,
  { address, kind, userId = '' }: Subject,
  issuedAtMs: number,
  random: string,
): SiweMessage {
  const tag = context.tagOf(
    JSON.stringify([context.publicOrigin, address, kind, userId, issuedAtMs, random]),
  );
  return {
    domain: new URL(context.publicOrigin).host,
    address,
    statement: STATEMENTS[kind],
    uri: context.publicOrigin,
    chainId: 1,
    nonce: `${random}${tag}`,
    issuedAt: new Date(issuedAtMs).toISOString(),
    expirationTime: new Date(issuedAtMs + CHALLENGE_LIFETIME_MS).toISOString(),
  };
}

/** Creates a challenge. `random`: 12 bytes. */
export function createWalletChallenge(
  context: ChallengeContext,
  subject: Subject,
  nowMs: number,
  random: Uint8Array,
): WalletChallenge {
  const message = compose(context, subject, nowMs, hex(random));
  return {
    message: encodeSiweMessage(message),
    nonce: message.nonce,
    expiresAtMs: nowMs + CHALLENGE_LIFETIME_MS,
  };
}

/** What a valid challenge states. */
export type OpenedChallenge = {
  readonly address: Address;
  readonly kind: ChallengeKind;
  readonly nonce: string;
  readonly expiresAtMs: number;
};

/**
 * Validates a challenge: it must equal the issued text byte for byte and must not have expired.
 * With `linkTo`, only a challenge that adds a wallet to this user is valid; without it, only the
 * other kinds are. Throws ERR_CHALLENGE_INVALID or ERR_CHALLENGE_EXPIRED.
 */
export function openWalletChallenge(
  context: ChallengeContext,
  text: string,
  nowMs: number,
  linkTo?: string,
): OpenedChallenge {
  const { address, nonce, issuedAt } = parseClaimed(text);
  const issuedAtMs = Date.parse(issuedAt);
  const kinds = linkTo === undefined ? (['bearer', 'cookie'] as const) : (['link'] as const);
  for (const kind of kinds) {
    const subject = { address, kind, userId: linkTo };
    const expected = compose(context, subject, issuedAtMs, nonce.slice(0, 24));
    if (encodeSiweMessage(expected) !== text) continue;
    const expiresAtMs = issuedAtMs + CHALLENGE_LIFETIME_MS;
    if (nowMs >= expiresAtMs) throw new ServiceError('ERR_CHALLENGE_EXPIRED');
    return { address, kind, nonce, expiresAtMs };
  }
  throw new ServiceError('ERR_CHALLENGE_INVALID');
}

function parseClaimed(text: string): SiweMessage {
  try {
    return parseSiweMessage(text);
  } catch (cause) {
    throw new ServiceError('ERR_CHALLENGE_INVALID', { cause });
  }
}
