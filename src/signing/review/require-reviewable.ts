/** Rejects requests that a person must not be asked to approve. */
import { ServiceError } from '../../errors.js';
import type { Address } from '../../protocol/address.js';
import type { SiweMessage } from '../../protocol/siwe-message.js';
import { type SigningContent, signInMessageOf } from '../signing-request.js';

/** What a request must match. */
export type ReviewRules = {
  readonly address: Address;
  readonly chainIds: readonly number[];
  /** The origin of the app that asks. A sign-in must name its host, with the port or without it. */
  readonly appOrigin: string;
  readonly nowMs: number;
};

/**
 * Throws the code of a malformed request (ERR_SIWE_INVALID, ERR_RECAP_SEVERAL, ERR_RECAP_NOT_LAST,
 * ERR_RECAP_INVALID or ERR_RECAP_STATEMENT), and for a sign-in ERR_REVIEW_DOMAIN, _ADDRESS, _CHAIN,
 * _EXPIRED_REQUEST or _NOT_YET_VALID.
 */
export function requireReviewable(content: SigningContent, rules: ReviewRules): void {
  const message = content.kind === 'malformed' ? content.message : signInMessageOf(content);
  if (message !== undefined) {
    requireMatch(message, rules);
    requireTime(message, rules.nowMs);
  }
  if (content.kind === 'malformed') throw new ServiceError(content.code);
}

function requireMatch(message: SiweMessage, { address, chainIds, appOrigin }: ReviewRules): void {
  // The comparison is exact: upper case, a default port or another script would look like another
  // app. SDKs that write `location.hostname` leave out the port, which the person is told.
  const { host, hostname, protocol } = new URL(appOrigin);
  const isOwnHost = message.domain === host || message.domain === hostname;
  const isOwnScheme = message.scheme === undefined || `${message.scheme}:` === protocol;
  if (!isOwnHost || !isOwnScheme) {
    throw new ServiceError('ERR_REVIEW_DOMAIN', { detail: { expected: host } });
  }
  if (message.address !== address) throw new ServiceError('ERR_REVIEW_ADDRESS');
  if (!chainIds.includes(message.chainId)) throw new ServiceError('ERR_REVIEW_CHAIN');
}

/**
 * Checks the times of a message, when a review is created and again when it is signed. Throws
 * ERR_REVIEW_EXPIRED_REQUEST or _NOT_YET_VALID.
 */
export function requireTime({ expirationTime, notBefore }: SiweMessage, nowMs: number): void {
  if (expirationTime !== undefined && Date.parse(expirationTime) <= nowMs) {
    throw new ServiceError('ERR_REVIEW_EXPIRED_REQUEST');
  }
  if (notBefore !== undefined && Date.parse(notBefore) > nowMs) {
    throw new ServiceError('ERR_REVIEW_NOT_YET_VALID');
  }
}
