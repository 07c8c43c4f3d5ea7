/**
 * The text of recovery codes.
 *
 * A code has 24 characters of Crockford's base32, which leaves out I, L, O and U. The first eight
 * (40 bits) name the set that the code belongs to, so that wrong guesses can be counted for the
 * account that they are aimed at. The other sixteen (80 bits) are the secret. People see six groups
 * of four, such as `9QZ1-0C7M-…`.
 */
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';
import { ServiceError } from '../errors.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SET_BYTES = 5;
const SECRET_BYTES = 10;
const CODE = /^[0-9A-HJKMNP-TV-Z]{24}$/;

/** A code without hyphens, and the set that it names. */
export type RecoveryCode = { readonly setId: string; readonly code: string };

/** Creates the codes of a new set. */
export function createRecoveryCodes(
  randomBytes: (length: number) => Uint8Array,
): readonly RecoveryCode[] {
  const setId = encode(randomBytes(SET_BYTES));
  return Array.from({ length: ACCOUNT_LIMITS.recoveryCodes }, () => ({
    setId,
    code: setId + encode(randomBytes(SECRET_BYTES)),
  }));
}

/** Returns a code as it is shown to a person. */
export const printRecoveryCode = ({ code }: RecoveryCode): string =>
  (code.match(/.{4}/g) ?? []).join('-');

/**
 * Parses what a person typed: letter case, spaces and hyphens do not matter, and I, L and O are
 * read as the digits that they look like. Throws ERR_RECOVERY_CODE.
 */
export function parseRecoveryCode(text: string): RecoveryCode {
  const code = text
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (!CODE.test(code)) throw new ServiceError('ERR_RECOVERY_CODE');
  return { setId: code.slice(0, (SET_BYTES * 8) / 5), code };
}

/** Encodes bytes whose number is a multiple of five, so that no padding is needed. */
function encode(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const length = (bytes.length * 8) / 5;
  return Array.from({ length }, (_, at) =>
    ALPHABET.charAt(Number((bits >> BigInt(5 * (length - 1 - at))) & 31n)),
  ).join('');
}
