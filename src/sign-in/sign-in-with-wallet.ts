/**
 * Signs wallets in with a signed challenge, and creates the user and the first key of a new wallet.
 */
import { addKey } from '../accounts/add-key.js';
import { createUser, credentialIdOf, type UserDocument } from '../accounts/user-document.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import type { Users } from '../accounts/users.js';
import { hasWallet, type WalletAliases } from '../accounts/wallet-aliases.js';
import { ServiceError } from '../errors.js';
import type { Address } from '../protocol/address.js';
import {
  beginSession,
  type BegunSession,
  type BrowserFacts,
  type SessionContext,
} from './begin-session.js';
import type { Transport } from '../accounts/session-rules.js';
import type { AttemptRules } from './attempt-rules.js';
import { spendChallenge } from './spend-challenge.js';
import { type ChallengeContext, openWalletChallenge } from './wallet-challenge.js';
import {
  proofOf,
  proveWallet,
  requireSameKind,
  type WalletKind,
  type WalletProofContext,
} from './prove-wallet.js';

/** What sign-in with a wallet depends on. */
export type SignInContext = SessionContext &
  WalletProofContext & {
    readonly users: Users;
    readonly aliases: WalletAliases;
    readonly challenges: ChallengeContext;
  };

/** A challenge and the wallet's signature over it. */
export type WalletProof = BrowserFacts & {
  readonly message: string;
  readonly signature: string;
};

/** The limits of a sign-in with a wallet. */
export type SignInRules = AttemptRules & {
  /** Receives the transport that the challenge is for before anything else happens; may throw. */
  readonly allow: (transport: Transport) => void;
};

/** The new session and its transport. */
export type SignedIn = BegunSession & { readonly transport: Transport };

/**
 * Signs a wallet in. User, first key, session and the spent challenge become durable in one commit.
 * Rejects as its rules do, and ERR_CHALLENGE_INVALID, ERR_CHALLENGE_EXPIRED, ERR_CHALLENGE_USED,
 * ERR_SIGNATURE_*, ERR_CONTRACT_WALLET_UNAVAILABLE, ERR_CREDENTIAL_REMOVED or ERR_ACCOUNT_DELETED.
 */
export async function signInWithWallet(
  context: SignInContext,
  { message, signature, ...browser }: WalletProof,
  { allow, countAttempt, withNewUserPlace }: SignInRules,
): Promise<SignedIn> {
  const { keys, users, aliases, clock } = context;
  const { address, kind, nonce, expiresAtMs } = openWalletChallenge(
    context.challenges,
    message,
    clock(),
  );
  if (kind === 'link') throw new ServiceError('ERR_CHALLENGE_INVALID');
  allow(kind);
  await countAttempt(nonce);
  const proved = await proveWallet(context, message, signature);
  return withNewUserPlace((claimNewUser) =>
    aliases.exclusively(address, async () => {
      const { userId, claim } = await aliases.forSignIn(address);
      let begun: BegunSession | undefined;
      const signIn = AuthorizedChange.bySignIn(userId, (before, nowMs) => {
        if (before === undefined) claimNewUser();
        const known = before ?? createWalletUser(userId, address, proved, nowMs);
        if (!hasWallet(known, address)) throw new ServiceError('ERR_CREDENTIAL_REMOVED');
        requireSameKind(known.credentials, address, proved);
        const spent = spendChallenge(known, { hash: keys.challengeTag(nonce), expiresAtMs }, nowMs);
        const withKey = spent.keys.length > 0 ? spent : addKey(spent, keys, 'Main', nowMs);
        const seen = noteUse(withKey, address, nowMs);
        const credentialId = credentialIdOf({ kind: 'wallet', address, addedAtMs: 0 });
        begun = beginSession(context, seen, { transport: kind, credentialId, ...browser });
        return begun.user;
      });
      const user = await users.update(signIn, claim);
      if (begun === undefined) throw new TypeError('an update that did not happen');
      return { ...begun, user, transport: kind };
    }),
  );
}

const createWalletUser = (
  userId: string,
  address: Address,
  proved: WalletKind,
  nowMs: number,
): UserDocument =>
  createUser(userId, { kind: 'wallet', address, ...proofOf(proved), addedAtMs: nowMs }, nowMs);

const noteUse = (user: UserDocument, address: Address, nowMs: number): UserDocument => ({
  ...user,
  credentials: user.credentials.map((each) =>
    each.kind === 'wallet' && each.address === address ? { ...each, lastUsedAtMs: nowMs } : each,
  ),
});
