import type { AccountProgress, Connected, Signed } from '../wire/protocol.js';
import type { SealwrightProvider } from './sealwright-provider.js';

/** The options of the client. */
export type SealwrightOptions = {
  /** The origin of the service. */
  readonly service: string;
  /**
   * `window` never uses a frame. `frame`, the default, uses a window if the browser requires one.
   */
  readonly prefer?: 'frame' | 'window';
  /** Whether the provider is announced to the page (EIP-6963). The default is true. */
  readonly announce?: boolean;
};

/** Receives the progress of an account's setup. */
export type BootstrapListener = (progress: AccountProgress) => void;

/** The client of a service. */
export type Sealwright = {
  /**
   * Signs the person in, and resolves to the address. With `choose`, the person chooses an account
   * even if the app already has one. Rejects SealwrightError.
   */
  connect(options?: { readonly choose?: boolean }): Promise<Connected>;
  /**
   * Resolves to the account that the person agreed to show this app, without a prompt, or to
   * undefined. Nothing is loaded if this browser never connected the app. Never rejects.
   */
  reconnect(): Promise<Connected | undefined>;
  /**
   * Asks the person to sign a text or bytes (EIP-191), and connects first if necessary. Rejects
   * SealwrightError.
   */
  signMessage(message: string | Uint8Array): Promise<Signed>;
  /** A provider for web3 SDKs. */
  readonly provider: SealwrightProvider;
  /**
   * Calls the listener with the progress of the account after a signature. The setup does not
   * depend on listeners. Returns a function that removes the listener.
   */
  onBootstrap(listener: BootstrapListener): () => void;
  /**
   * Disconnects the person. With `forget`, the app must ask for the address again. With `signOut`,
   * the session with the service ends as well.
   */
  disconnect(options?: { readonly forget?: boolean; readonly signOut?: boolean }): Promise<void>;
};
