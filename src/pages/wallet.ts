/**
 * Signs in with a wallet in the browser (EIP-1193). The wallet is called only after the person
 * chose it.
 */
import type * as credentials from '../api/credentials.js';
import type * as signIn from '../api/sign-in.js';
import type { WalletChallenge } from '../api/wallet-proof.js';
import { findWallets, type Wallet } from './find-wallets.js';
import { callService } from './service-api.js';
import { PageError } from './page-error.js';

const LINK_PATH = '/api/account/credentials/wallet';

/** Returns the first wallet of this page, or undefined if there is none. */
export const findWallet = (): Wallet | undefined => findWallets()[0]?.wallet;

const utf8Hex = (text: string): string =>
  `0x${[...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

type Steps = {
  readonly challenge: (address: string) => Promise<WalletChallenge>;
  readonly verify: (proof: {
    readonly message: string;
    readonly signature: string;
  }) => Promise<unknown>;
};

/** Begins a session with a wallet. Rejects ERR_WALLET_CANCELED, or the service's code. */
export const signInWithWallet = (wallet: Wallet): Promise<void> =>
  signChallenge(wallet, {
    challenge: (address) =>
      callService<typeof signIn.challengeWallet>('POST', '/api/auth/siwe/challenge', {
        address,
        transport: 'cookie',
      }),
    verify: (proof) =>
      callService<typeof signIn.signInWithWallet>('POST', '/api/auth/siwe/verify', proof),
  });

/** Adds a wallet to the account that is signed in. Rejects as above. */
export const addWallet = (wallet: Wallet): Promise<void> =>
  signChallenge(wallet, {
    challenge: (address) =>
      callService<typeof credentials.challengeNewWallet>('POST', `${LINK_PATH}/challenge`, {
        address,
      }),
    verify: (proof) =>
      callService<typeof credentials.addWallet>('POST', `${LINK_PATH}/verify`, proof),
  });

async function signChallenge(wallet: Wallet, { challenge, verify }: Steps): Promise<void> {
  const accounts = await ask(wallet, 'eth_requestAccounts', []);
  const address: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof address !== 'string') throw new PageError('ERR_WALLET_CANCELED');
  const { message } = await challenge(address);
  const signature = await ask(wallet, 'personal_sign', [utf8Hex(message), address]);
  if (typeof signature !== 'string') throw new PageError('ERR_WALLET_CANCELED');
  await verify({ message, signature });
}

async function ask(wallet: Wallet, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await wallet.request({ method, params });
  } catch {
    throw new PageError('ERR_WALLET_CANCELED');
  }
}
