/** Permissions of an app as wallets report them (EIP-2255). The only one is to know the account. */
import { PROVIDER_CODES, ProviderError } from './provider-error.js';
import { isFields } from '../wire/read-message.js';

/** The permission to know one account. */
export type AccountPermission = {
  readonly parentCapability: 'eth_accounts';
  /** The origin of the app. */
  readonly invoker: string;
  readonly caveats: readonly [
    { readonly type: 'restrictReturnedAccounts'; readonly value: readonly [string] },
  ];
};

/** Returns the permission for an account. */
export const permissionFor = (address: string, invoker: string): AccountPermission => ({
  parentCapability: 'eth_accounts',
  invoker,
  caveats: [{ type: 'restrictReturnedAccounts', value: [address] }],
});

/**
 * Checks that a request concerns the permission `eth_accounts`, alone or beside others, which are
 * ignored. Throws ProviderError.
 */
export function requireAccountPermission([permissions]: readonly unknown[]): void {
  if (isFields(permissions) && isFields(permissions['eth_accounts'])) return;
  throw new ProviderError(
    PROVIDER_CODES.invalidParams,
    'The only permission is eth_accounts: [{ "eth_accounts": {} }].',
    'ERR_MESSAGE_MALFORMED',
  );
}
