/** Signs people in with passkeys. The passkey names its user, so the person enters no name. */
import {
  credentialIdOf,
  type PasskeyCredential,
  type UserDocument,
} from '../accounts/user-document.js';
import { AuthorizedChange } from '../accounts/authorized-change.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { decodeUtf8 } from '../protocol/bytes.js';
import { beginSession, type BegunSession, type BrowserFacts } from './begin-session.js';
import type { CountAttempt } from './attempt-rules.js';
import { issuedAtOf, openPasskeyChallenge } from './passkey-challenge.js';
import { parseClientData } from './passkey-client-data.js';
import type { PasskeyContext } from './passkey-context.js';
import type { PasskeyAssertion } from '../api/passkey-response.js';
import { spendChallenge } from './spend-challenge.js';
import { findPasskey, type PasskeyUse, requireServed, usePasskey } from './use-passkey.js';
import { requireAssertionShape, verifyPasskeyAssertion } from './verify-passkey.js';

/**
 * Signs in, or verifies the person of the browser's session again. Rejects ERR_CHALLENGE_INVALID,
 * _EXPIRED or _USED, ERR_PASSKEY_UNKNOWN alike for an unknown user and an unknown passkey,
 * ERR_ACCOUNT_DELETED, ERR_PASSKEY_CLONED or _OUTDATED, and as `verifyPasskeyAssertion`.
 */
export async function signInWithPasskey(
  context: PasskeyContext,
  assertion: PasskeyAssertion,
  browser: BrowserFacts,
  countAttempt: CountAttempt,
): Promise<BegunSession> {
  const { clock, keys, passkeys, users } = context;
  const claimed = parseClientData(assertion.response.clientDataJSON).challenge;
  const purpose = { kind: 'authenticate' } as const;
  const opened = openPasskeyChallenge(context, claimed, purpose, clock());
  const { challenge, expiresAtMs } = opened;
  await countAttempt(challenge);
  const expected = { challenge, settings: passkeys };
  await requireAssertionShape(assertion, expected);
  const { user, passkey } = await getSigner(context, assertion);
  const verified = await verifyPasskeyAssertion(assertion, passkey, expected);
  const used = { ...verified, issuedAtMs: issuedAtOf(opened) };
  let use: PasskeyUse | undefined;
  let begun: BegunSession | undefined;
  const signIn = AuthorizedChange.bySignIn(user.userId, (document, nowMs) => {
    const hash = keys.challengeTag(challenge);
    // This precedes the counter check: an assertion that is sent twice is a replay, not evidence of
    // a copy.
    const spent = spendChallenge(requireSigner(document), { hash, expiresAtMs }, nowMs);
    use = usePasskey(spent, used, nowMs);
    if (use.verdict === 'cloned') return use.user;
    const credentialId = credentialIdOf(passkey);
    begun = beginSession(context, use.user, { transport: 'cookie', credentialId, ...browser });
    return begun.user;
  });
  const after = await users.update(signIn);
  requireServed(use);
  if (begun === undefined) throw new TypeError('an update that did not happen');
  return { ...begun, user: after };
}

function requireSigner(document: UserDocument | undefined): UserDocument {
  if (document === undefined) throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  return document;
}

type Signer = { readonly user: UserDocument; readonly passkey: PasskeyCredential };

async function getSigner({ users }: PasskeyContext, assertion: PasskeyAssertion): Promise<Signer> {
  const userId = parseUserHandle(assertion.response.userHandle ?? '');
  const user = requireSigner(await users.findUndeleted(userId));
  const passkey = findPasskey(user, assertion.id);
  if (passkey === undefined) throw new ServiceError('ERR_PASSKEY_UNKNOWN');
  return { user, passkey };
}

/**
 * Returns the user id in a user handle, which every passkey of this service holds. Throws
 * ERR_PASSKEY_UNKNOWN for anything else.
 */
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
