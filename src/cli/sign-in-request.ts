/**
 * The sign-in request of a local key, which grants a new session key the rights of an app's
 * session.
 */
import { SPACE_NAMES } from '../bootstrap/account.js';
import type { DelegationRequest } from '../bootstrap/delegations.js';
import { SESSION_LIFETIME_MS, sessionUriOf } from '../bootstrap/run.js';
import { probeRecap, sessionRecap } from '../bootstrap/session-grants.js';
import type { WalletDid } from '../protocol/did.js';
import type { Ed25519Key } from '../protocol/ed25519.js';
import { hex } from '../protocol/bytes.js';
import { createRecap, type Recap } from '../protocol/recap.js';

/**
 * Returns the capabilities that SDKs request at sign-in, and the right to read the capabilities of
 * the other three spaces. Without that right, no reply would reveal a lost space.
 */
export function signInRecap(owner: WalletDid): Recap {
  return createRecap([
    ...sessionRecap(owner, 'default').attenuations,
    ...probeRecap(owner, SPACE_NAMES).attenuations,
  ]);
}

/** Returns a request that is valid for one hour. `nonceBytes` must be at least 8 random bytes. */
export function signInRequest(
  owner: WalletDid,
  domain: string,
  key: Ed25519Key,
  nowMs: number,
  nonceBytes: Uint8Array,
): DelegationRequest {
  return {
    owner,
    domain,
    uri: sessionUriOf(key),
    nonce: hex(nonceBytes),
    issuedAtMs: nowMs,
    lifetimeMs: SESSION_LIFETIME_MS,
    recap: signInRecap(owner),
  };
}
