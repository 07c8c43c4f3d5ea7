/** The ways to sign in: a passkey first, then a wallet if the browser has one. */
import { canUsePasskeys, createAccountWithPasskey, signInWithPasskey } from '../pages/passkeys.js';
import { findWallet, signInWithWallet } from '../pages/wallet.js';

/** One way to sign in. */
export type Way = {
  readonly id: 'passkey' | 'wallet' | 'create';
  readonly text: string;
  readonly run: () => Promise<void>;
};

/** Returns the ways to prove an existing account. `verb` begins the label of each. */
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

/** Returns the ways to sign in, including a new account. */
export function waysIn(): readonly Way[] {
  const create = {
    id: 'create' as const,
    text: 'Create an account with a passkey',
    run: createAccountWithPasskey,
  };
  return [...waysToProve('Sign in'), ...(canUsePasskeys() ? [create] : [])];
}

/** What the page shows while a way is used. */
export const WAIT_WORDS: { readonly [way in Way['id']]: string } = {
  passkey: 'Follow the instructions of your browser.',
  wallet: 'Continue in your wallet.',
  create: 'Follow the instructions of your browser.',
};
