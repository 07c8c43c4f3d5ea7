/** The ways to sign in: a passkey first, then a wallet if the browser has one. */
import { element } from '../pages/element.js';
import { canUsePasskeys, createAccountWithPasskey, signInWithPasskey } from '../pages/passkeys.js';
import { findWallet, signInWithWallet } from '../pages/wallet.js';
import { ask } from './ask.js';
import { askForRecoveryCode } from './use-recovery-code.js';
import { t } from '../pages/translate.js';

/** One way to sign in. */
export type Way = {
  readonly id: 'passkey' | 'wallet' | 'create' | 'recovery';
  readonly text: string;
  readonly run: () => Promise<void>;
};

/** Returns the ways to prove an existing account. */
export function waysToProve(): readonly Way[] {
  const wallet = findWallet();
  return [
    ...(canUsePasskeys()
      ? [
          {
            id: 'passkey' as const,
            text: t('Continue with a passkey'),
            run: () => signInWithPasskey(),
          },
        ]
      : []),
    ...(wallet === undefined
      ? []
      : [
          {
            id: 'wallet' as const,
            text: t('Continue with a wallet'),
            run: () => signInWithWallet(wallet),
          },
        ]),
  ];
}

/** Returns the ways to sign in, including a new account. */
export function waysIn(): readonly Way[] {
  const create = {
    id: 'create' as const,
    text: t('New here? Create an account'),
    run: askAndCreate,
  };
  const [passkey, ...others] = waysToProve();
  const recovery = {
    id: 'recovery' as const,
    text: t('Use a recovery code'),
    run: askForRecoveryCode,
  };
  if (!canUsePasskeys()) return [...waysToProve(), recovery];
  return [...(passkey === undefined ? [] : [passkey]), create, ...others, recovery];
}

/** A new account starts empty, so a person who has one must not create another by mistake. */
async function askAndCreate(): Promise<void> {
  await ask({
    title: t('Create an account'),
    body: [
      element(
        'p',
        {},
        t(
          'It starts empty. If you have an account already, go back and continue with its passkey.',
        ),
      ),
    ],
    cancel: t('Back'),
    action: t('Create with a passkey'),
    run: () => createAccountWithPasskey(),
  });
}

/** What the page shows while a way is used. */
export const WAIT_WORDS: { readonly [way in Way['id']]: string } = {
  passkey: t('Follow the instructions of your browser.'),
  wallet: t('Continue in your wallet.'),
  create: t('Follow the instructions of your browser.'),
  recovery: t('Enter a recovery code.'),
};
