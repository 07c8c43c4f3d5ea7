import * as contract from '../../api/credentials.js';
import type { UserDocument } from '../../accounts/user-document.js';
import {
  linkWallet,
  removeCredential,
  renameCredential,
  unblockCredential,
} from '../../sign-in/credentials.js';
import { requireStillAllowed } from '../../sign-in/sessions.js';
import { createWalletChallenge } from '../../sign-in/wallet-challenge.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { viewChallenge, viewCredential } from '../views.js';
import { readAddress } from './sign-in-routes.js';

const viewAll = (user: Pick<UserDocument, 'credentials'>): contract.CredentialList => ({
  credentials: user.credentials.map(viewCredential),
});

/** Returns the routes of sign-in methods. */
export function credentialRoutes(services: Services): readonly Route[] {
  const { clock, randomBytes, challenges } = services;
  return [
    sessionEndpoint(contract.listCredentials, {
      limit: 'read',
      handle: async (_request, { user }) => ({ status: 200, body: viewAll(user) }),
    }),
    sessionEndpoint(contract.renameCredential, {
      limit: 'write',
      change: 'credential-rename',
      handle: async ({ params, body }, live) => {
        const after = await renameCredential(services, live, params.id, body.name);
        return { status: 200, body: viewAll(after) };
      },
    }),
    sessionEndpoint(contract.removeCredential, {
      limit: 'credential',
      change: 'credential-remove',
      handle: async ({ params }, live) => ({
        status: 200,
        body: viewAll(await removeCredential(services, live, params.id)),
      }),
    }),
    sessionEndpoint(contract.unblockCredential, {
      limit: 'credential',
      change: 'credential-unblock',
      handle: async ({ params }, live) => ({
        status: 200,
        body: viewAll(await unblockCredential(services, live, params.id)),
      }),
    }),
    sessionEndpoint(contract.challengeNewWallet, {
      limit: 'credential',
      change: 'credential-add',
      handle: async ({ body }, live) => {
        const { user } = live;
        // This route commits nothing, so it checks the session again after the body has arrived.
        await requireStillAllowed(services, live, 'credential-add');
        const address = readAddress(body.address);
        const subject = { address, kind: 'link', userId: user.userId } as const;
        const challenge = createWalletChallenge(challenges, subject, clock(), randomBytes(12));
        return { status: 200, body: viewChallenge(challenge) };
      },
    }),
    sessionEndpoint(contract.addWallet, {
      limit: 'credential',
      change: 'credential-add',
      handle: async ({ body }, live) => ({
        status: 201,
        body: viewAll(await linkWallet(services, live, body)),
      }),
    }),
  ];
}
