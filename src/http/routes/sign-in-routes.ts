import { z } from 'zod';
import { ServiceError } from '../../errors.js';
import { withNewUserPlace } from '../../limits/limiters.js';
import { parseAddress } from '../../protocol/address.js';
import { signInWithWallet } from '../../sign-in/sign-in-with-wallet.js';
import { signOut } from '../../sign-in/sign-out.js';
import { createWalletChallenge } from '../../sign-in/wallet-challenge.js';
import { publicRoute, sessionRoute, type Route, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';
import { viewUser } from '../views.js';

const challengeBody = z.strictObject({
  address: z.string().max(100),
  transport: z.enum(['bearer', 'cookie']),
});
const verifyBody = z.strictObject({
  message: z.string().max(4096),
  signature: z.string().max(200),
});

/**
 * A page must never hold a bearer token: whoever embeds it could use it. A browser sends `Origin` with each POST, and
 * `Sec-Fetch-Site` with everything. `Sec-Fetch-Mode` alone is no browser: Node's own fetch sends it.
 */
function refuseBrowsers(request: RouteRequest<unknown, unknown>): void {
  const marks = ['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];
  if (marks.some((name) => request.header(name) !== undefined)) {
    throw new ServiceError('ERR_BEARER_IN_BROWSER');
  }
}

export function signInRoutes(services: Services): readonly Route[] {
  const { clock, randomBytes, challenges, users, limiters } = services;
  return [
    publicRoute({
      method: 'POST',
      path: '/api/auth/siwe/challenge',
      summary: 'The text that a wallet signs to sign in',
      limit: 'challenge',
      body: challengeBody,
      handle: async (request) => {
        const { address, transport } = request.body;
        if (transport !== 'bearer') throw new ServiceError('ERR_TRANSPORT_UNAVAILABLE');
        refuseBrowsers(request);
        const wallet = parseAddress(address);
        const challenge = createWalletChallenge(
          challenges,
          wallet,
          transport,
          clock(),
          randomBytes(12),
        );
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
      body: verifyBody,
      handle: async (request) => {
        refuseBrowsers(request);
        const { message, signature } = request.body;
        const { sessionToken, expiresAtMs, user } = await withNewUserPlace(
          limiters,
          request.client,
          (claim) => signInWithWallet(services, message, signature, claim),
        );
        const expiresAt = new Date(expiresAtMs).toISOString();
        return { status: 200, body: { sessionToken, expiresAt, user: viewUser(user) } };
      },
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/auth/sign-out',
      summary: 'End this session',
      limit: 'write',
      handle: async (_request, { user, session }) => {
        await signOut(users, user.userId, session.id);
        services.streams.closeSession(session.id);
        return { status: 204 };
      },
    }),
  ];
}
