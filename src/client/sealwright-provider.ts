/** An EIP-1193 provider over the widget, so that an unmodified web3 SDK can sign with it. */
import type { Connected, Signed } from '../wire/protocol.js';
import { PROVIDER_CODES, ProviderError, toProviderError } from './provider-error.js';
import { SealwrightError } from './sealwright-error.js';

/** What the provider needs of the client. */
export type Signer = {
  readonly connected: () => Connected | undefined;
  readonly connect: () => Promise<Connected>;
  readonly chainId: () => Promise<number>;
  readonly sign: (data: string, address: string) => Promise<Signed>;
};

/** A request of EIP-1193. */
export type ProviderRequest = {
  readonly method: string;
  /** A list, for every supported method. */
  readonly params?: unknown;
};

/**
 * A listener for each event of EIP-1193. The chain never changes and there are no subscriptions, so
 * the last two events never occur. The members are methods and not properties so that the compiler
 * accepts listeners with narrower parameters, such as those of viem.
 */
export type ProviderListeners = {
  connect(info: { readonly chainId: string }): void;
  disconnect(error: ProviderError): void;
  accountsChanged(accounts: readonly string[]): void;
  chainChanged(chainId: string): void;
  message(message: { readonly type: string; readonly data: unknown }): void;
};

type EventName = keyof ProviderListeners;
type ValueOf<E extends EventName> = Parameters<ProviderListeners[E]>[0];
type Listener = (value: never) => void;

const toHex = (value: number): string => `0x${value.toString(16)}`;

/** The provider of a client. */
export class SealwrightProvider {
  readonly isSealwright = true;
  readonly #signer: Signer;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  /**
   * Handles one request. `Result` is the type that the caller expects, as in the types of viem; it
   * is not checked. Rejects a ProviderError: 4001, 4100, 4200, 4900 (EIP-1193), or a code of
   * JSON-RPC.
   */
  async request<Result = unknown>({ method, params }: ProviderRequest): Promise<Result> {
    try {
      return (await this.#answer(method, Array.isArray(params) ? params : [])) as Result;
    } catch (error) {
      throw toProviderError(error);
    }
  }

  on<E extends EventName>(event: E, listener: ProviderListeners[E]): this {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener));
    return this;
  }

  removeListener<E extends EventName>(event: E, listener: ProviderListeners[E]): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  /**
   * Calls every listener of an event, for the client. A listener that throws does not affect the
   * others.
   */
  emit<E extends EventName>(event: E, value: ValueOf<E>): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as (heard: ValueOf<E>) => void)(value);
      } catch (error) {
        reportError(error);
      }
    }
  }

  async #answer(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case 'eth_requestAccounts':
        return [(await this.#signer.connect()).address];
      case 'eth_accounts': {
        const connected = this.#signer.connected();
        return connected === undefined ? [] : [connected.address];
      }
      case 'eth_chainId':
        return toHex(await this.#signer.chainId());
      case 'personal_sign':
        return this.#personalSign(params);
      case 'eth_signTypedData':
      case 'eth_signTypedData_v1':
      case 'eth_signTypedData_v3':
      case 'eth_signTypedData_v4':
        throw new SealwrightError('ERR_TYPED_DATA');
      default:
        throw new ProviderError(
          PROVIDER_CODES.unsupported,
          `${method} is not supported.`,
          'ERR_METHOD_UNKNOWN',
        );
    }
  }

  async #personalSign([data, address]: readonly unknown[]): Promise<string> {
    if (typeof data !== 'string' || typeof address !== 'string') {
      const text = 'personal_sign takes a message and an address.';
      throw new ProviderError(PROVIDER_CODES.invalidParams, text, 'ERR_MESSAGE_MALFORMED');
    }
    const connected = this.#signer.connected();
    if (connected === undefined) throw new SealwrightError('ERR_NOT_CONNECTED');
    if (connected.address.toLowerCase() !== address.toLowerCase()) {
      throw new SealwrightError('ERR_ADDRESS_UNKNOWN');
    }
    return (await this.#signer.sign(data, connected.address)).signature;
  }
}
