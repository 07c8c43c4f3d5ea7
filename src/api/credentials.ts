/** The ways in which the user signs in: wallets and passkeys. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { address, claimedAddress, name, time } from './formats.js';
import { walletChallenge, walletProof, WALLET_PROOF_ERRORS } from './wallet-proof.js';

const common = {
  id: z.string(),
  name: z.string().exactOptional(),
  addedAt: time,
  lastUsedAt: time.exactOptional(),
};

const wallet = z.strictObject({ ...common, kind: z.literal('wallet'), address });
const passkey = z.strictObject({
  ...common,
  kind: z.literal('passkey'),
  backedUp: z.boolean().meta({ description: 'Whether its maker keeps a copy of it.' }),
  deviceType: z.enum(['singleDevice', 'multiDevice']),
  clonedAt: time.exactOptional().meta({
    description: 'When its counter went backward. It signs nobody in until it is unblocked.',
  }),
});

/** A wallet or passkey, without what only the service needs to know about it. */
export const credential = z
  .discriminatedUnion('kind', [wallet, passkey])
  .meta({ id: 'Credential', description: 'A way to sign in.' });
const credentialList = z
  .strictObject({ credentials: z.array(credential) })
  .meta({ id: 'CredentialList' });
const credentialName = z.strictObject({ name }).meta({ id: 'CredentialName' });
const linkRequest = z.strictObject({ address: claimedAddress }).meta({ id: 'WalletLinkRequest' });

/** A way to sign in. */
export type Credential = Json<typeof credential>;
/** Every way in which the user signs in. */
export type CredentialList = Json<typeof credentialList>;

export const listCredentials = {
  id: 'listCredentials',
  tag: 'account',
  method: 'GET',
  path: '/api/account/credentials',
  summary: 'List the ways to sign in',
  replies: { 200: credentialList },
  errors: [],
} as const satisfies Endpoint;

export const renameCredential = {
  id: 'renameCredential',
  tag: 'account',
  method: 'PATCH',
  path: '/api/account/credentials/:id',
  summary: 'Rename a way to sign in',
  request: credentialName,
  replies: { 200: credentialList },
  errors: ['ERR_CREDENTIAL_NOT_FOUND'],
} as const satisfies Endpoint;

export const removeCredential = {
  id: 'removeCredential',
  tag: 'account',
  method: 'DELETE',
  path: '/api/account/credentials/:id',
  summary: 'Remove a way to sign in',
  replies: { 200: credentialList },
  errors: ['ERR_CREDENTIAL_NOT_FOUND', 'ERR_CREDENTIAL_LAST'],
} as const satisfies Endpoint;

export const unblockCredential = {
  id: 'unblockCredential',
  tag: 'account',
  method: 'POST',
  path: '/api/account/credentials/:id/unblock',
  summary: 'Trust a passkey again whose counter went backward',
  replies: { 200: credentialList },
  errors: ['ERR_CREDENTIAL_NOT_FOUND'],
} as const satisfies Endpoint;

export const challengeNewWallet = {
  id: 'challengeNewWallet',
  tag: 'account',
  method: 'POST',
  path: '/api/account/credentials/wallet/challenge',
  summary: 'Get the text that a wallet signs to be added to the account',
  request: linkRequest,
  replies: { 200: walletChallenge },
  errors: ['ERR_ADDRESS_INVALID'],
} as const satisfies Endpoint;

export const addWallet = {
  id: 'addWallet',
  tag: 'account',
  method: 'POST',
  path: '/api/account/credentials/wallet/verify',
  summary: 'Add a wallet to the account',
  request: walletProof,
  replies: { 201: credentialList },
  errors: [...WALLET_PROOF_ERRORS, 'ERR_CREDENTIAL_IN_USE', 'ERR_CREDENTIAL_LIMIT'],
} as const satisfies Endpoint;
