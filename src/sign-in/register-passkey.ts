/**
 * Registers new passkeys, for new people and for existing users.
 *
 * It does not check whether a passkey belongs to another user, and there is no index over users. A
 * passkey is discoverable and holds one user handle per service, so it signs in only to the account
 * that it names. The passkeys of one user are distinct.
 */
import { addKey } from '../accounts/add-key.js';
import {
  createUser,
  credentialIdOf,
  type PasskeyCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { type AskingSession, AuthorizedChange } from '../accounts/authorized-change.js';
import { ServiceError } from '../errors.js';
import { beginSession, type BegunSession } from './begin-session.js';
import { addCredential } from './credentials.js';
import type { AttemptRules, CountAttempt } from './attempt-rules.js';
import { isPasskeyChallenge, openPasskeyChallenge } from './passkey-challenge.js';
import { parseClientData } from './passkey-client-data.js';
import type { PasskeyContext } from './passkey-context.js';
import type { PasskeyRegistration } from '../api/passkey-response.js';
import { spendChallenge } from './spend-challenge.js';
import { type PasskeyFacts, verifyPasskeyRegistration } from './verify-passkey.js';

/** The browser's answer to a registration, and the name of the passkey. */
export type NewPasskey = {
  readonly credential: PasskeyRegistration;
  readonly name: string;
  /** The browser and its system, in the words of `describeDevice`. */
  readonly device?: string | undefined;
};

const passkeyOf = (facts: PasskeyFacts, name: string, addedAtMs: number): PasskeyCredential => ({
  kind: 'passkey',
  ...facts,
  transports: [...facts.transports],
  name,
  addedAtMs,
});

const challengeOf = ({ response }: PasskeyRegistration): string =>
  parseClientData(response.clientDataJSON).challenge;

/**
 * Returns whether a registration answers a challenge for a new person. Throws ERR_PASSKEY_INVALID.
 */
export const isOfNewPerson = (context: PasskeyContext, credential: PasskeyRegistration): boolean =>
  isPasskeyChallenge(context, challengeOf(credential), { kind: 'register-new' });

/**
 * Creates a user: passkey, first key and session become durable in one commit. Rejects
 * ERR_CHALLENGE_INVALID, ERR_CHALLENGE_EXPIRED, ERR_CHALLENGE_USED, ERR_ACCOUNT_DELETED, and as
 * `verifyPasskeyRegistration`.
 */
export async function registerPerson(
  context: PasskeyContext,
  { credential, name, device }: NewPasskey,
  { countAttempt, withNewUserPlace }: AttemptRules,
): Promise<BegunSession> {
  const { clock, keys, passkeys, users } = context;
  const purpose = { kind: 'register-new' } as const;
  const { challenge } = openPasskeyChallenge(context, challengeOf(credential), purpose, clock());
  await countAttempt(challenge);
  const facts = await verifyPasskeyRegistration(credential, { challenge, settings: passkeys });
  const userId = keys.passkeyUserId(challenge);
  return withNewUserPlace(async (claimNewUser) => {
    let begun: BegunSession | undefined;
    const register = AuthorizedChange.bySignIn(userId, (before, nowMs) => {
      if (before !== undefined) throw new ServiceError('ERR_CHALLENGE_USED');
      claimNewUser();
      const passkey = passkeyOf(facts, name, nowMs);
      const created = addKey(createUser(userId, passkey, nowMs), keys, 'Main', nowMs);
      const credentialId = credentialIdOf(passkey);
      begun = beginSession(context, created, { transport: 'cookie', credentialId, device });
      return begun.user;
    });
    const user = await users.update(register);
    if (begun === undefined) throw new TypeError('an update that did not happen');
    return { ...begun, user };
  });
}

/**
 * Adds a passkey to the user of the session. Rejects ERR_CREDENTIAL_IN_USE, ERR_CREDENTIAL_LIMIT,
 * ERR_SESSION_INVALID if the session has ended, and otherwise as `registerPerson`.
 */
export async function addPasskey(
  context: PasskeyContext,
  asking: AskingSession,
  { credential, name }: NewPasskey,
  countAttempt: CountAttempt,
): Promise<UserDocument> {
  const { clock, keys, passkeys, users } = context;
  const { userId } = asking.user;
  const purpose = { kind: 'register-add', userId } as const;
  const opened = openPasskeyChallenge(context, challengeOf(credential), purpose, clock());
  const { challenge, expiresAtMs } = opened;
  await countAttempt(challenge);
  const facts = await verifyPasskeyRegistration(credential, { challenge, settings: passkeys });
  return users.update(
    AuthorizedChange.bySession(asking, 'credential-add', ({ user }, nowMs) => {
      const hash = keys.challengeTag(challenge);
      const spent = spendChallenge(user, { hash, expiresAtMs }, nowMs);
      return addCredential(spent, passkeyOf(facts, name, nowMs), nowMs);
    }),
  );
}
