import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../../accounts/account-limits.js';
import {
  linkWallet,
  removeCredential,
  renameCredential,
  unblockCredential,
} from '../../sign-in/credentials.js';
import { requireStillAllowed } from '../../sign-in/sessions.js';
import { createWalletChallenge } from '../../sign-in/wallet-challenge.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewCredential } from '../views.js';
import { readAddress, walletProofBody } from './sign-in-routes.js';

const addressBody = z.strictObject({ address: z.string().max(100) });
const nameBody = z.strictObject({ name: z.string().trim().min(1).max(ACCOUNT_LIMITS.nameLength) });

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
      change: 'credential-rename',
      handle: async ({ params, body }, live) => {
        const after = await renameCredential(services, live, params['id'] ?? '', body.name);
        return { status: 200, body: viewAll(after) };
      },
    }),
    sessionRoute({
      method: 'DELETE',
      path: '/api/account/credentials/:id',
      summary: 'Take a way to sign in away',
      limit: 'credential',
      change: 'credential-remove',
      handle: async ({ params }, live) => ({
        status: 200,
        body: viewAll(await removeCredential(services, live, params['id'] ?? '')),
      }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/account/credentials/:id/unblock',
      summary: 'Trust a passkey again that was marked as copied',
      limit: 'credential',
      change: 'credential-unblock',
      handle: async ({ params }, live) => ({
        status: 200,
        body: viewAll(await unblockCredential(services, live, params['id'] ?? '')),
      }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/api/account/credentials/wallet/challenge',
      summary: 'The text that a wallet signs to be added to the account',
      limit: 'credential',
      body: addressBody,
      change: 'credential-add',
      handle: async ({ body }, live) => {
        const { user } = live;
        // Nothing is committed here, so the session is looked at again after its body arrived.
        await requireStillAllowed(services, live, 'credential-add');
        const address = readAddress(body.address);
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
      change: 'credential-add',
      handle: async ({ body }, live) => ({
        status: 201,
        body: viewAll(await linkWallet(services, live, body)),
      }),
    }),
  ];
}
