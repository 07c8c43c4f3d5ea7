import * as contract from '../../api/sign-in.js';
import { withNewUserPlace } from '../../limits/limiters.js';
import { type Address, parseAddress, parseLowerCaseAddress } from '../../protocol/address.js';
import type { BegunSession, BrowserFacts } from '../../sign-in/begin-session.js';
import { describeDevice } from '../../sign-in/device-words.js';
import type { Transport } from '../../accounts/session-rules.js';
import { signOut } from '../../sign-in/sessions.js';
import { signInWithWallet } from '../../sign-in/sign-in-with-wallet.js';
import { createWalletChallenge } from '../../sign-in/wallet-challenge.js';
import { refuseBrowsers, requireOwnOrigin } from '../own-origin.js';
import { publicEndpoint, sessionEndpoint, type Route, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';
import { clearSessionCookie, encodeSessionCookie, readSessionCookie } from '../session-cookie.js';
import { viewChallenge, viewUser } from '../views.js';

/** Returns the routes of sign-in with a wallet. */
export function signInRoutes(services: Services): readonly Route[] {
  const { clock, randomBytes, challenges, users, config, limiters } = services;
  const allow = (
    request: Pick<RouteRequest<unknown, unknown>, 'header'>,
    transport: Transport,
  ): void =>
    transport === 'bearer'
      ? refuseBrowsers(request.header)
      : requireOwnOrigin(request.header, config.PUBLIC_ORIGIN);
  return [
    publicEndpoint(contract.challengeWallet, {
      limit: 'challenge',
      handle: async (request) => {
        const { address, transport } = request.body;
        allow(request, transport);
        const subject = { address: readAddress(address), kind: transport };
        const challenge = createWalletChallenge(challenges, subject, clock(), randomBytes(12));
        return { status: 200, body: viewChallenge(challenge) };
      },
    }),
    publicEndpoint(contract.signInWithWallet, {
      limit: 'sign-in',
      handle: async (request) => {
        const proof = { ...request.body, ...browserFactsOf(request) };
        const signedIn = await signInWithWallet(services, proof, {
          allow: (transport) => allow(request, transport),
          countAttempt: request.countAttempt,
          withNewUserPlace: (work) => withNewUserPlace(limiters, request.client, work),
        });
        return answerSignIn(signedIn, clock());
      },
    }),
    sessionEndpoint(contract.signOut, {
      limit: 'write',
      change: 'session-end',
      handle: async (_request, live) => {
        await signOut(users, live);
        const isCookie = live.session.transport === 'cookie';
        return {
          status: 204,
          ...(isCookie ? { headers: { 'Set-Cookie': clearSessionCookie() } } : {}),
        };
      },
    }),
  ];
}

/** Returns what is known of the browser that signs in. A program has no browser. */
export const browserFactsOf = ({
  header,
}: Pick<RouteRequest<unknown, unknown>, 'header'>): BrowserFacts => ({
  currentToken: readSessionCookie(header('cookie')),
  device: describeDevice(header('user-agent')),
});

/**
 * Parses an address of a caller. An address in one letter case carries no checksum (EIP-55) and is
 * accepted; an address in mixed case must have the right checksum. Throws ERR_ADDRESS_INVALID.
 */
export function readAddress(text: string): Address {
  const digits = text.slice(2);
  const isUniform = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return isUniform ? parseLowerCaseAddress(text.toLowerCase()) : parseAddress(text);
}

/** What a sign-in returns. A program receives its token in the body, and a browser in a cookie. */
export type SignInReply = {
  readonly status: 200;
  readonly body: contract.SignedIn;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Returns the reply to a sign-in. */
export function answerSignIn({ session, token, user }: BegunSession, nowMs: number): SignInReply {
  const expiresAt = new Date(session.expiresAtMs).toISOString();
  if (session.transport === 'bearer') {
    return { status: 200, body: { sessionToken: token, expiresAt, user: viewUser(user) } };
  }
  return {
    status: 200,
    body: { expiresAt, user: viewUser(user) },
    headers: { 'Set-Cookie': encodeSessionCookie(token, session.expiresAtMs, nowMs) },
  };
}
