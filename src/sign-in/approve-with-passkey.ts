/**
 * Verifies a passkey's approval of one request. The approval covers that request's challenge only.
 */
import { AuthorizedChange } from '../accounts/authorized-change.js';
import { requireUser, type UserDocument } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';
import { decodeUtf8 } from '../protocol/bytes.js';
import type { PasskeyContext } from './passkey-context.js';
import { passkeyAssertion, type PasskeyAssertion } from '../api/passkey-response.js';
import { findPasskey, type PasskeyUse, requireServed, usePasskey } from './use-passkey.js';
import { type UsedPasskey, verifyPasskeyAssertion } from './verify-passkey.js';

/** What the verification of an approval depends on. */
export type ApprovalContext = Pick<PasskeyContext, 'users' | 'passkeys'>;

/** What a passkey signs to approve a request (32 bytes), and when it was first issued. */
type ApprovalChallenge = { readonly bytes: Uint8Array; readonly issuedAtMs: number };

/**
 * Verifies that a passkey of the user signed this challenge (32 bytes), with user verification, and
 * makes its counter durable at once: of two approvals with the same counter, the second one comes
 * from a copy, even if the first one has no effect. Resolves to a check that must pass when the
 * approval takes effect. Rejects ERR_ASSERTION_INVALID, ERR_PASSKEY_CLONED or ERR_PASSKEY_OUTDATED.
 */
export function createApproveWithPasskey(context: ApprovalContext) {
  const { users } = context;
  return async (
    user: UserDocument,
    untrustedAssertion: unknown,
    challenge: ApprovalChallenge,
  ): Promise<(user: UserDocument) => UserDocument> => {
    const verified = await verifyApproval(context, user, untrustedAssertion, challenge.bytes);
    const used = { ...verified, issuedAtMs: challenge.issuedAtMs };
    let use: PasskeyUse | undefined;
    await users.update(
      AuthorizedChange.byService('passkey-counter', user.userId, (document, nowMs) => {
        use = usePasskey(requireUser(document), used, nowMs);
        return use.user;
      }),
    );
    requireServed(use);
    return (known) => requireServing(known, used.id);
  };
}

async function verifyApproval(
  { passkeys }: ApprovalContext,
  user: UserDocument,
  untrustedAssertion: unknown,
  challenge: Uint8Array,
): Promise<UsedPasskey> {
  const expected = { challenge: encodeBase64url(challenge), settings: passkeys };
  try {
    const assertion = passkeyAssertion.parse(untrustedAssertion);
    const passkey = findPasskey(user, assertion.id);
    if (passkey === undefined || !isOf(assertion, user)) {
      throw new ServiceError('ERR_PASSKEY_UNKNOWN');
    }
    return await verifyPasskeyAssertion(assertion, passkey, expected);
  } catch (cause) {
    throw new ServiceError('ERR_ASSERTION_INVALID', { cause });
  }
}

const isOf = ({ response: { userHandle } }: PasskeyAssertion, user: UserDocument): boolean =>
  typeof userHandle !== 'string' || decodeUtf8(decodeBase64url(userHandle)) === user.userId;

/**
 * Runs under the lock of the signature, because the passkey may have been removed or blocked since.
 */
function requireServing(user: UserDocument, id: string): UserDocument {
  const passkey = findPasskey(user, id);
  if (passkey === undefined) throw new ServiceError('ERR_ASSERTION_INVALID');
  if (passkey.clonedAtMs !== undefined) throw new ServiceError('ERR_PASSKEY_CLONED');
  return user;
}
