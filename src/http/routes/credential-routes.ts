import { z } from 'zod';
import { linkWallet, removeCredential, renameCredential } from '../../sign-in/credentials.js';
import { requireStepUp } from '../../sign-in/sessions.js';
import { createWalletChallenge } from '../../sign-in/wallet-challenge.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewCredential } from '../views.js';
import { readAddress, walletProofBody } from './sign-in-routes.js';

const addressBody = z.strictObject({ address: z.string().max(100) });
const nameBody = z.strictObject({ name: z.string().trim().min(1).max(100) });

const viewAll = (user: { readonly credentials: Parameters<typeof viewCredential>[0][] }) => ({
  credentials: user.credentials.map(viewCredential),
});

export function credentialRoutes(services: Services): readonly Route[] {
  const { clock, randomBytes, challenges } = services;
  return [
    sessionRoute({
      method: 'GET',
      path: '/api/account/credentials',
      summary: 'The ways to sign in',
      limit: 'read',
      handle: async (_request, { user }) => ({ status: 200, body: viewAll(user) }),
    }),
    sessionRoute({
      method: 'PATCH',
      path: '/api/account/credentials/:id',
      summary: 'Name a way to sign in',
      limit: 'write',
      body: nameBody,
      handle: async ({ params, body }, { user }) => {
        const id = params['id'] ?? '';
        return {
          status: 200,
          body: viewAll(await renameCredential(services, user.userId, id, body.name)),
        };
      },
    }),
    sessionRoute({
      method: 'DELETE',
      path: '/api/account/credentials/:id',
      summary: 'Take a way to sign in away',
      limit: 'credential',
      handle: async ({ params }, { user, session }) => {
        requireStepUp(session, clock());
        const id = params['id'] ?? '';
        const after = await removeCredential(services, user.userId, id, session.id);
        const kept = new Set(after.sessions.map((each) => each.id));
        for (const each of user.sessions)
          if (!kept.has(each.id)) services.streams.closeSession(each.id);
        return { status: 200, body: viewAll(after) };
      },
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/account/credentials/wallet/challenge',
      summary: 'The text that a wallet signs to be added to the account',
      limit: 'credential',
      body: addressBody,
      handle: async ({ body }, { user, session }) => {
        requireStepUp(session, clock());
        const address = readAddress(body.address, session.transport);
        const subject = { address, kind: 'link', userId: user.userId } as const;
        const challenge = createWalletChallenge(challenges, subject, clock(), randomBytes(12));
        const { message, nonce, expiresAtMs } = challenge;
        return {
          status: 200,
          body: { message, nonce, expiresAt: new Date(expiresAtMs).toISOString() },
        };
      },
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/account/credentials/wallet/verify',
      summary: 'Add a wallet to the account',
      limit: 'credential',
      body: walletProofBody,
      handle: async ({ body }, { user, session }) => {
        requireStepUp(session, clock());
        return { status: 201, body: viewAll(await linkWallet(services, user.userId, body)) };
      },
    }),
  ];
}
