/**
 * The text that a wallet signs to sign in to this service, and how it is known again without being remembered.
 *
 * The nonce is 24 random hex digits and a 40-digit tag, keyed, over everything that may differ between two challenges. So
 * a challenge is stateless until it is used; that it is used once only is recorded with the session that it begins.
 */
import { ServiceError } from '../errors.js';
import { type Address } from '../protocol/address.js';
import { hex } from '../protocol/bytes.js';
import { encodeSiweMessage, parseSiweMessage, type SiweMessage } from '../protocol/siwe-message.js';

export type Transport = 'bearer' | 'cookie';

export const CHALLENGE_LIFETIME_MS = 300_000;

const STATEMENTS: { readonly [transport in Transport]: string } = {
  bearer:
    'Sign in to Sealwright with a program. For up to one hour the program may use your keys to sign without asking again. ' +
    'When an app signs you in to TinyCloud, your TinyCloud account is set up for you.',
  cookie:
    'Sign in to Sealwright in this browser. You will see each request before it is signed. ' +
    'When an app signs you in to TinyCloud, your TinyCloud account is set up for you.',
};

export type ChallengeContext = {
  /** Scheme, host and port of the service as people see it. */
  readonly publicOrigin: string;
  readonly tagOf: (text: string) => string;
};

export type WalletChallenge = {
  readonly message: string;
  readonly nonce: string;
  readonly expiresAtMs: number;
};

function compose(
  context: ChallengeContext,
  address: Address,
  transport: Transport,
  issuedAtMs: number,
  random: string,
): SiweMessage {
  const tag = context.tagOf(
    JSON.stringify([context.publicOrigin, address, transport, issuedAtMs, random]),
  );
  return {
    domain: new URL(context.publicOrigin).host,
    address,
    statement: STATEMENTS[transport],
    uri: context.publicOrigin,
    chainId: 1,
    nonce: `${random}${tag}`,
    issuedAt: new Date(issuedAtMs).toISOString(),
    expirationTime: new Date(issuedAtMs + CHALLENGE_LIFETIME_MS).toISOString(),
  };
}

/** Makes a challenge. `random`: 12 bytes. */
export function createWalletChallenge(
  context: ChallengeContext,
  address: Address,
  transport: Transport,
  nowMs: number,
  random: Uint8Array,
): WalletChallenge {
  const message = compose(context, address, transport, nowMs, hex(random));
  return {
    message: encodeSiweMessage(message),
    nonce: message.nonce,
    expiresAtMs: nowMs + CHALLENGE_LIFETIME_MS,
  };
}

export type OpenedChallenge = {
  readonly address: Address;
  readonly transport: Transport;
  readonly nonce: string;
  readonly expiresAtMs: number;
};

/**
 * Knows a challenge of this service again: byte-equal to what was handed out, and not expired. Throws
 * ERR_CHALLENGE_INVALID or ERR_CHALLENGE_EXPIRED.
 */
export function openWalletChallenge(
  context: ChallengeContext,
  text: string,
  nowMs: number,
): OpenedChallenge {
  const claimed = parseClaimed(text);
  const issuedAtMs = Date.parse(claimed.issuedAt);
  for (const transport of ['bearer', 'cookie'] as const) {
    const random = claimed.nonce.slice(0, 24);
    const expected = compose(context, claimed.address, transport, issuedAtMs, random);
    if (encodeSiweMessage(expected) !== text) continue;
    const expiresAtMs = issuedAtMs + CHALLENGE_LIFETIME_MS;
    if (nowMs >= expiresAtMs) throw new ServiceError('ERR_CHALLENGE_EXPIRED');
    return { address: claimed.address, transport, nonce: claimed.nonce, expiresAtMs };
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

/** Whether a text is, by its statement, a sign-in to this kind of service: such a text is never signed for an app. */
export function isSignInStatement(statement: string | undefined): boolean {
  return Object.values(STATEMENTS).some((own) => statement?.includes(own) === true);
}
