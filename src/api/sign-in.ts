/** Signing in with a wallet, in two steps, and signing out. */
import { z } from 'zod';
import { account } from './account.js';
import type { Endpoint, Json } from './endpoint.js';
import { claimedAddress, time } from './formats.js';
import { CHANGE_ERRORS } from './problem.js';
import { WALLET_PROOF_ERRORS, walletChallenge, walletProof } from './wallet-proof.js';

const challengeRequest = z
  .strictObject({
    address: claimedAddress,
    transport: z.enum(['bearer', 'cookie']).meta({
      description:
        '`bearer`: a session for a program. `cookie`: a session for a page of the service.',
    }),
  })
  .meta({ id: 'WalletChallengeRequest' });

/** A session as its holder first hears of it. */
export const signedIn = z
  .strictObject({
    sessionToken: z.string().exactOptional().meta({
      description: 'For a program. A browser gets its token in a cookie that no script can read.',
    }),
    expiresAt: time,
    user: account,
  })
  .meta({ id: 'SignedIn' });

/** A session as its holder first hears of it. */
export type SignedIn = Json<typeof signedIn>;

export const challengeWallet = {
  id: 'challengeWallet',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/siwe/challenge',
  summary: 'Get the text that a wallet signs to sign in',
  request: challengeRequest,
  replies: { 200: walletChallenge },
  errors: ['ERR_ADDRESS_INVALID', 'ERR_BEARER_IN_BROWSER', 'ERR_ORIGIN_REFUSED'],
} as const satisfies Endpoint;

export const signInWithWallet = {
  id: 'signInWithWallet',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/siwe/verify',
  summary: 'Begin a session with a signed challenge',
  request: walletProof,
  replies: { 200: signedIn },
  errors: [
    ...CHANGE_ERRORS,
    ...WALLET_PROOF_ERRORS,
    'ERR_BEARER_IN_BROWSER',
    'ERR_ORIGIN_REFUSED',
    'ERR_SESSION_INVALID',
    'ERR_CREDENTIAL_REMOVED',
    'ERR_SIGN_UP_LIMIT',
    'ERR_TOO_MANY_SIGN_INS',
  ],
} as const satisfies Endpoint;

export const signOut = {
  id: 'signOut',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/sign-out',
  summary: 'End this session',
  replies: { 204: null },
  errors: [],
} as const satisfies Endpoint;
