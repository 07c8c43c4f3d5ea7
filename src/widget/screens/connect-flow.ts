/** What the views of signing in share. */
import type { notice } from '../../pages/element.js';
import type { FoundWallet } from '../../pages/find-wallets.js';
import type { PasskeySearch } from '../../pages/passkeys.js';

/** The views of signing in. */
export type ConnectView = 'start' | 'none' | 'create' | 'wallets';

/** What a view works with. */
export type ConnectFlow = {
  readonly said: ReturnType<typeof notice>;
  /** Shows another view. */
  readonly go: (name: ConnectView) => void;
  /** Tries a way in. Shows `wait` meanwhile, and the reason if it fails. */
  readonly attempt: (wait: string, way: () => Promise<void>) => Promise<void>;
  readonly usePasskey: (search?: PasskeySearch) => Promise<void>;
  /** Uses the only wallet, or lets the person choose one. */
  readonly useWallet: (chosen?: FoundWallet) => Promise<void>;
  readonly appHost: string;
};
