import type { Connected, Signed, WidgetMessage } from '../wire/protocol.js';
import { readConnected, readSigned } from '../wire/read-message.js';
import { messageOf } from './message-of.js';
import { PROVIDER_CODES, ProviderError } from './provider-error.js';
import { RememberedAccount } from './remembered-account.js';
import type { BootstrapListener, Sealwright } from './sealwright.js';
import { hasCode, SealwrightError } from './sealwright-error.js';
import { SealwrightProvider, toQuantity } from './sealwright-provider.js';
import type { Asked } from './widget-channel.js';
import { WidgetSession } from './widget-session.js';

/** The chain of a service that was not asked yet: Ethereum, which is the default of a service. */
const USUAL_CHAIN = 1;

/** The client of one service. */
export class SealwrightClient implements Sealwright {
  readonly provider: SealwrightProvider;
  readonly #session: WidgetSession;
  readonly #remembered: RememberedAccount;
  readonly #listeners = new Set<BootstrapListener>();
  #connected: Connected | undefined;
  #restoring: Promise<Connected | undefined> | undefined;
  #reportedChain: number | undefined;

  constructor(service: string, usesWindow: boolean) {
    this.#session = new WidgetSession(service, usesWindow, (message) => this.#hear(message));
    this.#remembered = new RememberedAccount(service);
    this.provider = new SealwrightProvider({
      reconnect: () => this.reconnect(),
      connect: (choose) => this.connect({ choose }),
      chainId: () => this.#chainId(),
      sign: (data, address) => this.#sign(messageOf(data), address),
      forget: () => this.disconnect({ forget: true }),
    });
  }

  async connect({ choose = false }: { readonly choose?: boolean } = {}): Promise<Connected> {
    await this.#restoring;
    // A window is not opened only to repeat what the app was told before.
    if (this.#session.usesWindow && !choose) {
      const known = await this.reconnect();
      if (known !== undefined) return known;
    }
    const asked: Asked = { method: 'connect', params: { choose } };
    const connected = readConnected(await this.#session.request(asked));
    if (connected === undefined) throw new SealwrightError('ERR_MESSAGE_MALFORMED');
    this.#become(connected);
    return connected;
  }

  reconnect(): Promise<Connected | undefined> {
    if (this.#connected !== undefined) return Promise.resolve(this.#connected);
    this.#restoring ??= this.#restore().finally(() => (this.#restoring = undefined));
    return this.#restoring;
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

  async disconnect({
    forget = false,
    signOut = false,
  }: { readonly forget?: boolean; readonly signOut?: boolean } = {}): Promise<void> {
    if (signOut) await this.#session.request({ method: 'sign-out' });
    else if (forget) await this.#session.requestSilently({ method: 'forget' });
    this.#session.close();
    this.#forget();
  }

  async #restore(): Promise<Connected | undefined> {
    const hint = this.#remembered.read();
    if (hint === undefined) return undefined;
    try {
      const answer = await this.#session.requestSilently({ method: 'restore' });
      // Only a window could confirm the hint. The next signature does.
      const found = answer === undefined ? hint : readConnected(answer);
      if (found === undefined) this.#remembered.clear();
      else this.#become(found);
      return found;
    } catch {
      return undefined;
    }
  }

  async #chainId(): Promise<number> {
    const known = this.#connected ?? this.#remembered.read();
    const chainId =
      known?.chainId ?? (this.#session.usesWindow ? USUAL_CHAIN : await this.#session.chainId());
    this.#reportedChain = chainId;
    return chainId;
  }

  async #sign(asked: ReturnType<typeof messageOf>, address: string): Promise<Signed> {
    const params = { ...asked, address };
    const answer = await this.#session
      .request({ method: 'sign', params })
      .catch((error: unknown) => {
        // Another person signed in meanwhile, so the account of the app is out of date.
        if (hasCode(error, 'ERR_ADDRESS_UNKNOWN')) this.#forget();
        throw error;
      });
    const signed = readSigned(answer);
    if (signed === undefined) throw new SealwrightError('ERR_MESSAGE_MALFORMED');
    return signed;
  }

  #become(connected: Connected): void {
    const before = this.#connected;
    this.#connected = connected;
    this.#remembered.write(connected);
    const chainId = toQuantity(connected.chainId);
    if (before === undefined) this.provider.emit('connect', { chainId });
    if (this.#reportedChain !== undefined && this.#reportedChain !== connected.chainId) {
      this.provider.emit('chainChanged', chainId);
    }
    this.#reportedChain = connected.chainId;
    if (before?.address !== connected.address) {
      this.provider.emit('accountsChanged', [connected.address]);
    }
  }

  #hear(message: WidgetMessage): void {
    if (message.type === 'signed-out') this.#forget();
    if (message.type !== 'account') return;
    for (const listener of this.#listeners) listener(message.progress);
  }

  #forget(): void {
    this.#remembered.clear();
    if (this.#connected === undefined) return;
    this.#connected = undefined;
    this.provider.emit('accountsChanged', []);
    const text = 'The person is no longer connected.';
    const error = new ProviderError(PROVIDER_CODES.disconnected, text, 'ERR_NOT_CONNECTED');
    this.provider.emit('disconnect', error);
  }
}
