/** How a person shows who they are: a passkey first, and a wallet where the browser has one. */
import { canUsePasskeys, createAccountWithPasskey, signInWithPasskey } from '../pages/passkeys.js';
import { findWallet, signInWithWallet } from '../pages/wallet.js';

export type Way = {
  readonly id: 'passkey' | 'wallet' | 'create';
  readonly text: string;
  readonly run: () => Promise<void>;
};

export function waysToProve(verb: string): readonly Way[] {
  const wallet = findWallet();
  return [
    ...(canUsePasskeys()
      ? [{ id: 'passkey' as const, text: `${verb} with a passkey`, run: signInWithPasskey }]
      : []),
    ...(wallet === undefined
      ? []
      : [
          {
            id: 'wallet' as const,
            text: `${verb} with a wallet`,
            run: () => signInWithWallet(wallet),
          },
        ]),
  ];
}

export function waysIn(): readonly Way[] {
  const create = {
    id: 'create' as const,
    text: 'Create an account with a passkey',
    run: createAccountWithPasskey,
  };
  return [...waysToProve('Sign in'), ...(canUsePasskeys() ? [create] : [])];
}

export const WAIT_WORDS: { readonly [way in Way['id']]: string } = {
  passkey: 'Follow your browser.',
  wallet: 'Look at your wallet.',
  create: 'Follow your browser.',
};
