/**
 * Challenges for passkeys: 64 bytes that the service recognizes without storing them.
 *
 * | bytes  | content                                                         |
 * | ------ | --------------------------------------------------------------- |
 * | 0..6   | when it was issued, Unix milliseconds, big-endian               |
 * | 6..32  | random                                                          |
 * | 32..64 | keyed tag over the origin, the purpose, its user, and the above |
 *
 * The tag binds a challenge to one purpose, and it expires after five minutes. Its single use is
 * recorded with the user. A new person's user id is a keyed hash of the challenge, so a second use
 * of the challenge finds the user that the first one created.
 */
import { timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../errors.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';
import { concatBytes, hex } from '../protocol/bytes.js';

/** How long a challenge is valid. */
export const PASSKEY_CHALLENGE_MS = 300_000;

const TIME_BYTES = 6;
const HEAD_BYTES = 32;
const CHALLENGE_BYTES = 64;

/** What a challenge is for. Adding a passkey is bound to one user. */
export type PasskeyPurpose =
  | { readonly kind: 'register-new' }
  | { readonly kind: 'register-add'; readonly userId: string }
  | { readonly kind: 'authenticate' };

/** A challenge, and when it expires. */
export type PasskeyChallenge = {
  /** Base64url, as the browser encodes it. */
  readonly challenge: string;
  readonly expiresAtMs: number;
};

type ChallengeMaker = {
  readonly keys: Pick<ServiceKeys, 'passkeyTag'>;
  readonly passkeys: { readonly origin: string };
};

function tagOf(
  { keys, passkeys }: ChallengeMaker,
  purpose: PasskeyPurpose,
  head: Uint8Array,
): Uint8Array {
  const userId = purpose.kind === 'register-add' ? purpose.userId : '';
  return keys.passkeyTag(JSON.stringify([passkeys.origin, purpose.kind, userId, hex(head)]));
}

/** Creates a challenge. `random`: 26 bytes. */
export function createPasskeyChallenge(
  maker: ChallengeMaker,
  purpose: PasskeyPurpose,
  nowMs: number,
  random: Uint8Array,
): PasskeyChallenge {
  if (random.length !== HEAD_BYTES - TIME_BYTES) throw new TypeError('takes 26 random bytes');
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(nowMs, 0, TIME_BYTES);
  const head = concatBytes(time, random);
  return {
    challenge: encodeBase64url(concatBytes(head, tagOf(maker, purpose, head))),
    expiresAtMs: nowMs + PASSKEY_CHALLENGE_MS,
  };
}

/** Returns when a challenge was issued, in Unix milliseconds. */
export const issuedAtOf = ({ expiresAtMs }: PasskeyChallenge): number =>
  expiresAtMs - PASSKEY_CHALLENGE_MS;

/** Returns whether this service issued a challenge for this purpose, even if it has expired. */
export function isPasskeyChallenge(
  maker: ChallengeMaker,
  claimed: string,
  purpose: PasskeyPurpose,
): boolean {
  return readIssuedAt(maker, claimed, purpose) !== undefined;
}

/** Validates a challenge. Throws ERR_CHALLENGE_INVALID or ERR_CHALLENGE_EXPIRED. */
export function openPasskeyChallenge(
  maker: ChallengeMaker,
  claimed: string,
  purpose: PasskeyPurpose,
  nowMs: number,
): PasskeyChallenge {
  const issuedAtMs = readIssuedAt(maker, claimed, purpose);
  if (issuedAtMs === undefined) throw new ServiceError('ERR_CHALLENGE_INVALID');
  const expiresAtMs = issuedAtMs + PASSKEY_CHALLENGE_MS;
  if (nowMs >= expiresAtMs) throw new ServiceError('ERR_CHALLENGE_EXPIRED');
  return { challenge: claimed, expiresAtMs };
}

function readIssuedAt(
  maker: ChallengeMaker,
  claimed: string,
  purpose: PasskeyPurpose,
): number | undefined {
  const bytes = decodeClaimed(claimed);
  if (bytes?.length !== CHALLENGE_BYTES) return undefined;
  const head = bytes.subarray(0, HEAD_BYTES);
  if (!timingSafeEqual(bytes.subarray(HEAD_BYTES), tagOf(maker, purpose, head))) return undefined;
  return Buffer.from(head).readUIntBE(0, TIME_BYTES);
}

function decodeClaimed(claimed: string): Uint8Array | undefined {
  try {
    return decodeBase64url(claimed);
  } catch {
    return undefined;
  }
}
