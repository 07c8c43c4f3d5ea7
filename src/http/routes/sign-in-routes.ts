import { z } from 'zod';
import { withNewUserPlace } from '../../limits/limiters.js';
import { type Address, parseAddress, parseLowerCaseAddress } from '../../protocol/address.js';
import type { BegunSession } from '../../sign-in/begin-session.js';
import type { Transport } from '../../accounts/session-rules.js';
import { signOut } from '../../sign-in/sessions.js';
import { signInWithWallet } from '../../sign-in/sign-in-with-wallet.js';
import { createWalletChallenge } from '../../sign-in/wallet-challenge.js';
import { refuseBrowsers, requireOwnOrigin } from '../own-origin.js';
import { publicRoute, sessionRoute, type Route, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';
import { clearSessionCookie, encodeSessionCookie, readSessionCookie } from '../session-cookie.js';
import { viewUser } from '../views.js';

const challengeBody = z.strictObject({
  address: z.string().max(100),
  transport: z.enum(['bearer', 'cookie']),
});

export const walletProofBody = z.strictObject({
  message: z.string().max(4096),
  // Contract wallets return long signatures; they get a code of their own instead of ERR_REQUEST_INVALID.
  signature: z.string().max(2 + 2 * 16 * 1024),
});

export function signInRoutes(services: Services): readonly Route[] {
  const { clock, randomBytes, challenges, users, config, limiters } = services;
  const allow = (request: RouteRequest<unknown, unknown>, transport: Transport): void =>
    transport === 'bearer'
      ? refuseBrowsers(request.header)
      : requireOwnOrigin(request.header, config.PUBLIC_ORIGIN);
  return [
    publicRoute({
      method: 'POST',
      path: '/api/auth/siwe/challenge',
      summary: 'The text that a wallet signs to sign in',
      limit: 'challenge',
      body: challengeBody,
      handle: async (request) => {
        const { address, transport } = request.body;
        allow(request, transport);
        const subject = { address: readAddress(address), kind: transport };
        const challenge = createWalletChallenge(challenges, subject, clock(), randomBytes(12));
        const { message, nonce, expiresAtMs } = challenge;
        return {
          status: 200,
          body: { message, nonce, expiresAt: new Date(expiresAtMs).toISOString() },
        };
      },
    }),
    publicRoute({
      method: 'POST',
      path: '/api/auth/siwe/verify',
      summary: 'Begin a session with a signed challenge',
      limit: 'sign-in',
      body: walletProofBody,
      handle: async (request) => {
        const currentToken = readSessionCookie(request.header('cookie'));
        const proof = { ...request.body, currentToken };
        const signedIn = await signInWithWallet(services, proof, {
          allow: (transport) => allow(request, transport),
          countAttempt: request.countAttempt,
          withNewUserPlace: (work) => withNewUserPlace(limiters, request.client, work),
        });
        return answerSignIn(signedIn, clock());
      },
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/auth/sign-out',
      summary: 'End this session',
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

/**
 * Reads an address that a caller names. Letters in one case carry no checksum (EIP-55), so both are taken; mixed letters must
 * be right. Throws ERR_ADDRESS_INVALID.
 */
export function readAddress(text: string): Address {
  const digits = text.slice(2);
  const isUniform = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return isUniform ? parseLowerCaseAddress(text.toLowerCase()) : parseAddress(text);
}

/** A program gets its token in the body; a browser's never is in one. */
export function answerSignIn({ session, token, user }: BegunSession, nowMs: number) {
  const expiresAt = new Date(session.expiresAtMs).toISOString();
  if (session.transport === 'bearer') {
    return { status: 200, body: { sessionToken: token, expiresAt, user: viewUser(user) } } as const;
  }
  return {
    status: 200,
    body: { expiresAt, user: viewUser(user) },
    headers: { 'Set-Cookie': encodeSessionCookie(token, session.expiresAtMs, nowMs) },
  } as const;
}
