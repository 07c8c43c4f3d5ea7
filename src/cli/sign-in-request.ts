/** The sign-in of a local key: the rights of an app's session, for a key made on the spot. */
import { SPACE_NAMES } from '../bootstrap/account.js';
import type { DelegationRequest } from '../bootstrap/delegations.js';
import { SESSION_LIFETIME_MS, sessionUriOf } from '../bootstrap/run.js';
import { probeRecap, sessionRecap } from '../bootstrap/session-grants.js';
import type { WalletDid } from '../protocol/did.js';
import type { Ed25519Key } from '../protocol/ed25519.js';
import { hex } from '../protocol/bytes.js';
import { createRecap, type Recap } from '../protocol/recap.js';

/**
 * What SDKs ask for at sign-in, and the right to see whether the other three spaces are there: without it a lost space
 * would show in no answer.
 */
export function signInRecap(owner: WalletDid): Recap {
  return createRecap([
    ...sessionRecap(owner, 'default').attenuations,
    ...probeRecap(owner, SPACE_NAMES).attenuations,
  ]);
}

/** Lives an hour. `nonceBytes`: at least 8 random ones. */
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
