/** The ways in which a user signs in: adding a wallet, naming one, taking one away. */
import { withAudit } from '../accounts/audit-trail.js';
import {
  credentialIdOf,
  type UserCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { requireUser } from '../accounts/users.js';
import { ServiceError } from '../errors.js';
import type { SignInContext, WalletProof } from './sign-in-with-wallet.js';
import { spendChallenge } from './spend-challenge.js';
import { openWalletChallenge } from './wallet-challenge.js';
import { verifyWalletSignature } from './verify-wallet-signature.js';

const MAX_CREDENTIALS = 20;

/** The user with one credential more. Throws ERR_CREDENTIAL_IN_USE or ERR_CREDENTIAL_LIMIT. */
export function addCredential(
  user: UserDocument,
  credential: UserCredential,
  nowMs: number,
): UserDocument {
  const id = credentialIdOf(credential);
  if (user.credentials.some((each) => credentialIdOf(each) === id)) {
    throw new ServiceError('ERR_CREDENTIAL_IN_USE');
  }
  if (user.credentials.length >= MAX_CREDENTIALS) throw new ServiceError('ERR_CREDENTIAL_LIMIT');
  const credentials = [...user.credentials, credential];
  return withAudit({ ...user, credentials }, nowMs, 'credential-added', { credential: id });
}

/**
 * Adds a wallet to a user by a challenge that names both. Rejects ERR_CHALLENGE_INVALID, ERR_CHALLENGE_EXPIRED,
 * ERR_CHALLENGE_USED, ERR_SIGNATURE_INVALID or ERR_CREDENTIAL_IN_USE.
 */
export async function linkWallet(
  context: SignInContext,
  userId: string,
  { message, signature }: WalletProof,
): Promise<UserDocument> {
  const { users, aliases, keys, clock, challenges, walletLock } = context;
  const opened = openWalletChallenge(challenges, message, clock(), userId);
  await verifyWalletSignature(message, signature);
  const { address, nonce, expiresAtMs } = opened;
  return walletLock.run(address, async () => {
    await aliases.claim(address, userId);
    return users.update(userId, (document) => {
      const nowMs = clock();
      const hash = keys.challengeTag(nonce);
      const spent = spendChallenge(requireUser(document), { hash, expiresAtMs }, nowMs);
      return addCredential(spent, { kind: 'wallet', address, addedAtMs: nowMs }, nowMs);
    });
  });
}

/** Rejects ERR_CREDENTIAL_NOT_FOUND. */
export function renameCredential(
  { users, clock }: SignInContext,
  userId: string,
  credentialId: string,
  name: string,
): Promise<UserDocument> {
  return users.update(userId, (document) => {
    const user = requireUser(document);
    requireCredential(user, credentialId);
    const credentials = user.credentials.map((each) =>
      credentialIdOf(each) === credentialId ? { ...each, name } : each,
    );
    const facts = { credential: credentialId };
    return withAudit({ ...user, credentials }, clock(), 'credential-renamed', facts);
  });
}

/**
 * Takes a credential away and ends every session that it began, but the one that asks. Rejects ERR_CREDENTIAL_NOT_FOUND, or
 * ERR_CREDENTIAL_LAST where no other one is left that signs in.
 */
export async function removeCredential(
  { users, aliases, clock }: SignInContext,
  userId: string,
  credentialId: string,
  sessionId: string,
): Promise<UserDocument> {
  let removed: UserCredential | undefined;
  const after = await users.update(userId, (document) => {
    const user = requireUser(document);
    removed = requireCredential(user, credentialId);
    const credentials = user.credentials.filter((each) => credentialIdOf(each) !== credentialId);
    if (!credentials.some(isUsable)) throw new ServiceError('ERR_CREDENTIAL_LAST');
    const sessions = user.sessions.filter(
      (session) => session.credentialId !== credentialId || session.id === sessionId,
    );
    const facts = { credential: credentialId };
    return withAudit({ ...user, credentials, sessions }, clock(), 'credential-removed', facts);
  });
  if (removed?.kind === 'wallet') await aliases.release(removed.address, userId);
  return after;
}

const isUsable = (credential: UserCredential): boolean =>
  credential.kind === 'wallet' || credential.clonedAtMs === undefined;

function requireCredential(user: UserDocument, credentialId: string): UserCredential {
  const found = user.credentials.find((each) => credentialIdOf(each) === credentialId);
  if (found === undefined) throw new ServiceError('ERR_CREDENTIAL_NOT_FOUND');
  return found;
}
