import type { Invocation } from '../formats/invocation.js';
import { isUcanSignatureValid, isUcanTimely } from '../formats/ucan.js';
import { Refusal } from '../refusal.js';
import type { NodeStore } from '../store/node-store.js';

const MAX_LIFETIME_SECONDS = 300;
const REPLAY_GRACE_MS = 60_000;

/** Checks the time and then the signature, so that the cheap check determines the error. */
export function verifyInvocation(invocation: Invocation, nowMs: number): void {
  if (!isUcanTimely(invocation.ucan, nowMs)) {
    throw new Refusal(401, 'Invocation expired or not yet valid');
  }
  if (!isUcanSignatureValid(invocation.ucan)) throw new Refusal(401, 'Failed to verify signature');
}

/** Applies the node's limit on the lifetime of an invocation, which exists on `/invoke` only. */
export function requireShortLifetime(invocation: Invocation, nowMs: number): void {
  const latest = Math.floor(nowMs / 1000) + MAX_LIFETIME_SECONDS;
  if (invocation.ucan.expiresAtSeconds > latest) {
    throw new Refusal(401, 'Invocation lifetime exceeds server maximum');
  }
}

/** Spends the token. It cannot be sent again, whatever its result is. */
export function spendToken(store: NodeStore, invocation: Invocation, nowMs: number): void {
  if (store.isReplay(invocation.cid, nowMs)) throw new Refusal(409, 'duplicate invocation');
  const expiresAtMs = invocation.ucan.expiresAtSeconds * 1000;
  const untilMs = Math.min(expiresAtMs, nowMs + MAX_LIFETIME_SECONDS * 1000) + REPLAY_GRACE_MS;
  store.commit({ kind: 'replay', token: invocation.cid, untilMs });
}
