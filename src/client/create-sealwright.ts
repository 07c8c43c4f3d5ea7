/**
 * The module that apps import: `createSealwright({ service })`. The app's page never receives a
 * session, a token or a key. It sends requests, and the person answers them in a page of the
 * service.
 */
import type {
  AccountProgress,
  Connected,
  Signed,
  TinyCloudBootstrap,
  WidgetMessage,
} from '../wire/protocol.js';
import { readConnected, readSigned } from '../wire/read-message.js';
import { announceProvider } from './announce-provider.js';
import { messageOf } from './message-of.js';
import { PROVIDER_CODES, ProviderError } from './provider-error.js';
import { SealwrightError } from './sealwright-error.js';
import { SealwrightProvider } from './sealwright-provider.js';
import { WidgetSession } from './widget-session.js';

export type { AccountProgress, Connected, Signed, TinyCloudBootstrap };
export { ProviderError, SealwrightError, SealwrightProvider };

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
  /** Signs the person in, and resolves to the address. Rejects SealwrightError. */
  connect(): Promise<Connected>;
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
  /** Disconnects the person. With `signOut`, the session with the service ends as well. */
  disconnect(options?: { readonly signOut?: boolean }): Promise<void>;
};

class Client implements Sealwright {
  readonly provider: SealwrightProvider;
  readonly #session: WidgetSession;
  readonly #listeners = new Set<BootstrapListener>();
  #connected: Connected | undefined;

  constructor(service: string, usesWindow: boolean) {
    this.#session = new WidgetSession(service, usesWindow, (message) => this.#hear(message));
    this.provider = new SealwrightProvider({
      connected: () => this.#connected,
      connect: () => this.connect(),
      chainId: async () => this.#connected?.chainId ?? this.#session.chainId(),
      sign: (data, address) => this.#sign(messageOf(data), address),
    });
  }

  async connect(): Promise<Connected> {
    const connected = readConnected(await this.#session.request({ method: 'connect' }));
    if (connected === undefined) throw new SealwrightError('ERR_MESSAGE_MALFORMED');
    const before = this.#connected;
    this.#connected = connected;
    if (before === undefined) {
      this.provider.emit('connect', { chainId: `0x${connected.chainId.toString(16)}` });
    }
    if (before?.address !== connected.address) {
      this.provider.emit('accountsChanged', [connected.address]);
    }
    return connected;
  }

  async signMessage(message: string | Uint8Array): Promise<Signed> {
    const { address } = this.#connected ?? (await this.connect());
    const asked =
      typeof message === 'string'
        ? ({ message, format: 'personal_sign' } as const)
        : messageOf(message);
    return this.#sign(asked, address);
  }

  onBootstrap(listener: BootstrapListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async disconnect({ signOut = false }: { readonly signOut?: boolean } = {}): Promise<void> {
    if (signOut) await this.#session.request({ method: 'sign-out' });
    this.#session.close();
    this.#forget();
  }

  async #sign(asked: ReturnType<typeof messageOf>, address: string): Promise<Signed> {
    const params = { ...asked, address };
    const signed = readSigned(await this.#session.request({ method: 'sign', params }));
    if (signed === undefined) throw new SealwrightError('ERR_MESSAGE_MALFORMED');
    return signed;
  }

  #hear(message: WidgetMessage): void {
    if (message.type === 'signed-out') this.#forget();
    if (message.type !== 'account') return;
    for (const listener of this.#listeners) listener(message.progress);
  }

  #forget(): void {
    if (this.#connected === undefined) return;
    this.#connected = undefined;
    this.provider.emit('accountsChanged', []);
    const text = 'The person is no longer connected.';
    const error = new ProviderError(PROVIDER_CODES.disconnected, text, 'ERR_NOT_CONNECTED');
    this.provider.emit('disconnect', error);
  }
}

/**
 * Creates the client of a service. Nothing is loaded before the first request. Throws TypeError if
 * `service` is not an origin.
 */
export function createSealwright(options: SealwrightOptions): Sealwright {
  const { origin } = new URL(options.service);
  if (origin === 'null') throw new TypeError('the service is an origin, https://host');
  const client = new Client(origin, options.prefer === 'window');
  if (options.announce !== false) announceProvider(origin, client.provider);
  return client;
}
