/** Reads what an app wants signed, and refuses what a person should not even be asked. */
import { ServiceError } from '../../errors.js';
import type { Address } from '../../protocol/address.js';
import { type Recap, verifyRecap } from '../../protocol/recap.js';
import { parseSiweMessage, type SiweMessage } from '../../protocol/siwe-message.js';
import { textOf } from '../payload.js';

export type ReadRequest =
  | {
      readonly kind: 'sign-in';
      readonly text: string;
      readonly message: SiweMessage;
      readonly recap?: Recap;
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes' };

export type RequestRules = {
  readonly address: Address;
  readonly chainIds: readonly number[];
  /** Of the app that asks; a sign-in is for its host and port. */
  readonly appOrigin: string;
  readonly nowMs: number;
};

const SIGN_IN = / wants you to sign in with your Ethereum account:/i;
const RECAP = /^urn:recap:/i;

/**
 * Reads a payload. Throws ERR_SIWE_INVALID for what looks like a sign-in and is none, ERR_REVIEW_DOMAIN, _ADDRESS, _CHAIN,
 * _EXPIRED_REQUEST or _NOT_YET_VALID, ERR_RECAP_SEVERAL, ERR_RECAP_NOT_LAST, ERR_RECAP_INVALID or ERR_RECAP_STATEMENT.
 */
export function readRequest(payload: Uint8Array, rules: RequestRules): ReadRequest {
  const text = textOf(payload);
  if (text === undefined) return { kind: 'bytes' };
  if (!SIGN_IN.test(text) && !/urn:recap:/i.test(text)) return { kind: 'text', text };
  const message = parseSiweMessage(text);
  requireMatch(message, rules);
  requireTime(message, rules.nowMs);
  const recap = readRecap(message);
  return { kind: 'sign-in', text, message, ...(recap === undefined ? {} : { recap }) };
}

function requireMatch(message: SiweMessage, { address, chainIds, appOrigin }: RequestRules): void {
  // To the letter: upper case, a default port or another script would be another app to look at.
  if (message.domain !== new URL(appOrigin).host) throw new ServiceError('ERR_REVIEW_DOMAIN');
  if (message.scheme !== undefined && `${message.scheme}:` !== new URL(appOrigin).protocol) {
    throw new ServiceError('ERR_REVIEW_DOMAIN');
  }
  if (message.address !== address) throw new ServiceError('ERR_REVIEW_ADDRESS');
  if (!chainIds.includes(message.chainId)) throw new ServiceError('ERR_REVIEW_CHAIN');
}

/** Judged when a review is made, and again when it is signed. */
export function requireTime({ expirationTime, notBefore }: SiweMessage, nowMs: number): void {
  if (expirationTime !== undefined && Date.parse(expirationTime) <= nowMs) {
    throw new ServiceError('ERR_REVIEW_EXPIRED_REQUEST');
  }
  if (notBefore !== undefined && Date.parse(notBefore) > nowMs) {
    throw new ServiceError('ERR_REVIEW_NOT_YET_VALID');
  }
}

function readRecap(message: SiweMessage): Recap | undefined {
  const resources = message.resources ?? [];
  const count = resources.filter((uri) => RECAP.test(uri)).length;
  if (count === 0) return undefined;
  if (count > 1) throw new ServiceError('ERR_RECAP_SEVERAL');
  if (!RECAP.test(resources.at(-1) ?? '')) throw new ServiceError('ERR_RECAP_NOT_LAST');
  return verifyRecap(message);
}
