/** Describes the ways to get in, and how well they protect against a lost device. */
import type { Account } from '../api/account.js';
import type { Credential } from '../api/credentials.js';
import { shortAddress } from '../pages/element.js';
import { t } from '../pages/translate.js';

/** Returns the name of a way to get in, or a default name if it has none. */
export const nameOf = (credential: Credential): string =>
  credential.name ??
  (credential.kind === 'wallet'
    ? t('Wallet {address}', { address: shortAddress(credential.address) })
    : t('Passkey'));

/** Returns whether a way can sign in. A passkey that may have been copied is blocked. */
export const isUsable = (credential: Credential): boolean =>
  credential.kind === 'wallet' || credential.clonedAt === undefined;

/** Returns whether a way survives the loss of the device it was made on. */
const isElsewhere = (credential: Credential): boolean =>
  credential.kind === 'wallet' || credential.backedUp;

type Protection = Pick<Account, 'credentials' | 'recovery'>;

/** The two steps of a way back. */
export type Health = {
  readonly hasTwo: boolean;
  readonly hasOneElsewhere: boolean;
  readonly done: 0 | 1 | 2;
};

/**
 * Returns which steps are done. Two passkeys are never on the same device, because a browser
 * refuses to create a second one there.
 */
export function healthOf({ credentials, recovery }: Protection): Health {
  const usable = credentials.filter(isUsable);
  const hasCodes = recovery !== null && recovery.codesLeft > 0;
  const hasTwo = usable.length >= 2 || (usable.length === 1 && hasCodes);
  const hasOneElsewhere = hasTwo || hasCodes || usable.some(isElsewhere);
  const done = hasTwo && hasOneElsewhere ? 2 : hasTwo || hasOneElsewhere ? 1 : 0;
  return { hasTwo, hasOneElsewhere, done };
}

/** Returns the ways in a short list: "2 passkeys, a wallet". */
export function waysInWords({ credentials, recovery }: Protection): string {
  const passkeys = credentials.filter(({ kind }) => kind === 'passkey').length;
  const wallets = credentials.length - passkeys;
  const parts = [
    ...(passkeys === 0
      ? []
      : [passkeys === 1 ? t('one passkey') : t('{count} passkeys', { count: passkeys })]),
    ...(wallets === 0
      ? []
      : [wallets === 1 ? t('one wallet') : t('{count} wallets', { count: wallets })]),
    ...(recovery === null ? [] : [t('recovery codes')]),
  ];
  const text = parts.join(', ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
