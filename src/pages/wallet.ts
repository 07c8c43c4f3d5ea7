/** Signing in with a wallet that the browser has (EIP-1193). It is asked only after the person chose it. */
import { isFields } from '../wire/read-message.js';
import { callService } from './service-api.js';
import { PageError } from './page-error.js';

export type Wallet = {
  request(asked: { method: string; params?: readonly unknown[] }): Promise<unknown>;
};

const isWallet = (value: unknown): value is Wallet =>
  isFields(value) && typeof value['request'] === 'function';

/** A wallet in this page; our own provider is none. */
export function findWallet(): Wallet | undefined {
  const found: unknown = 'ethereum' in window ? window.ethereum : undefined;
  return isWallet(found) && !('isSealwright' in found) ? found : undefined;
}

const utf8Hex = (text: string): string =>
  `0x${[...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** Rejects ERR_WALLET_CANCELED, or with the service's code. */
export const signInWithWallet = (wallet: Wallet): Promise<void> =>
  signChallenge(wallet, '/api/auth/siwe', { transport: 'cookie' });

/** Adds a wallet to the account that is signed in. Rejects as above. */
export const addWallet = (wallet: Wallet): Promise<void> =>
  signChallenge(wallet, '/api/account/credentials/wallet', {});

async function signChallenge(wallet: Wallet, path: string, more: object): Promise<void> {
  const accounts = await ask(wallet, 'eth_requestAccounts', []);
  const address: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof address !== 'string') throw new PageError('ERR_WALLET_CANCELED');
  const { message } = await callService('POST', `${path}/challenge`, { address, ...more });
  const text = typeof message === 'string' ? message : '';
  const signature = await ask(wallet, 'personal_sign', [utf8Hex(text), address]);
  if (typeof signature !== 'string') throw new PageError('ERR_WALLET_CANCELED');
  await callService('POST', `${path}/verify`, { message: text, signature });
}

async function ask(wallet: Wallet, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await wallet.request({ method, params });
  } catch {
    throw new PageError('ERR_WALLET_CANCELED');
  }
}
