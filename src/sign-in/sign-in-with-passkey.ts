/** Passkey sign-in: the passkey names its user itself, so nothing is asked about whom before. */
import {
  credentialIdOf,
  type PasskeyCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { decodeUtf8 } from '../protocol/bytes.js';
import { beginSession, type BegunSession } from './begin-session.js';
import { openPasskeyChallenge } from './passkey-challenge.js';
import { parseClientData } from './passkey-client-data.js';
import type { PasskeyContext } from './passkey-context.js';
import type { PasskeyAssertion } from './passkey-response.js';
import { spendChallenge } from './spend-challenge.js';
import { findPasskey, type PasskeyUse, usePasskey } from './use-passkey.js';
import { requireAssertionShape, verifyPasskeyAssertion } from './verify-passkey.js';

/**
 * Signs in, or proves again that the person of the browser's session is there. Rejects ERR_CHALLENGE_INVALID, _EXPIRED or
 * _USED, ERR_PASSKEY_UNKNOWN alike for a user and for a passkey that is not known, ERR_ACCOUNT_DELETED, ERR_PASSKEY_CLONED,
 * and as `verifyPasskeyAssertion`.
 */
export async function signInWithPasskey(
  context: PasskeyContext,
  assertion: PasskeyAssertion,
  currentToken: string | undefined,
): Promise<BegunSession> {
  const { clock, keys, passkeys, users, streams } = context;
  const claimed = parseClientData(assertion.response.clientDataJSON).challenge;
  const purpose = { kind: 'authenticate' } as const;
  const { challenge, expiresAtMs } = openPasskeyChallenge(context, claimed, purpose, clock());
  const expected = { challenge, settings: passkeys };
  await requireAssertionShape(assertion, expected);
  const { user, passkey } = await getSigner(context, assertion);
  const used = await verifyPasskeyAssertion(assertion, passkey, expected);
  let use: PasskeyUse | undefined;
  let begun: BegunSession | undefined;
  const after = await users.update(user.userId, (document) => {
    const nowMs = clock();
    const hash = keys.challengeTag(challenge);
    // Before the counter: what is sent twice is a repetition, not a copy of the passkey.
    const spent = spendChallenge(requireSigner(document), { hash, expiresAtMs }, nowMs);
    use = usePasskey(spent, used, nowMs);
    if (use.isCloned) return use.user;
    const credentialId = credentialIdOf(passkey);
    begun = beginSession(context, use.user, { transport: 'cookie', credentialId, currentToken });
    return begun.user;
  });
  for (const sessionId of use?.ended ?? []) streams.closeSession(sessionId);
  if (begun === undefined) throw new ServiceError('ERR_PASSKEY_CLONED');
  return { ...begun, user: after };
}

function requireSigner(document: UserDocument | undefined): UserDocument {
  if (document === undefined) throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  return document;
}

type Signer = { readonly user: UserDocument; readonly passkey: PasskeyCredential };

async function getSigner({ users }: PasskeyContext, assertion: PasskeyAssertion): Promise<Signer> {
  const userId = parseUserHandle(assertion.response.userHandle ?? '');
  // A change that changes nothing: unlike a look-up it tells a user who was deleted.
  const user = await users.update(userId, requireSigner);
  const passkey = findPasskey(user, assertion.id);
  if (passkey === undefined) throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  return { user, passkey };
}

/** Throws ERR_PASSKEY_UNKNOWN for what is nobody's: a passkey made here holds the id of its user. */
function parseUserHandle(encoded: string): string {
  let text: string | undefined;
  try {
    text = decodeUtf8(decodeBase64url(encoded));
  } catch (cause) {
    throw new ServiceError('ERR_PASSKEY_UNKNOWN', { cause });
  }
  if (text === undefined || !/^[a-z2-7]{32}$/.test(text)) {
    throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  }
  return text;
}
