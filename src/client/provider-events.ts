/** The events of a provider (EIP-1193), for listeners of the app. */
import type { ProviderError } from './provider-error.js';

/**
 * A listener for each event of EIP-1193. There are no subscriptions, so `message` never occurs. The
 * members are methods and not properties so that the compiler accepts listeners with narrower
 * parameters, such as those of viem.
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

/** The listeners of a provider. */
export class ProviderEvents {
  readonly #listeners = new Map<string, Map<Listener, { readonly isOnce: boolean }>>();

  on<E extends EventName>(event: E, listener: ProviderListeners[E]): this {
    return this.#add(event, listener, false);
  }

  /** Calls the listener for the next event only. */
  once<E extends EventName>(event: E, listener: ProviderListeners[E]): this {
    return this.#add(event, listener, true);
  }

  removeListener<E extends EventName>(event: E, listener: ProviderListeners[E]): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  off<E extends EventName>(event: E, listener: ProviderListeners[E]): this {
    return this.removeListener(event, listener);
  }

  /**
   * Calls every listener of an event, for the client. A listener that throws does not affect the
   * others.
   */
  emit<E extends EventName>(event: E, value: ValueOf<E>): void {
    const known = this.#listeners.get(event);
    for (const [listener, { isOnce }] of Array.from(known ?? [])) {
      if (isOnce) known?.delete(listener);
      try {
        (listener as (heard: ValueOf<E>) => void)(value);
      } catch (error) {
        reportError(error);
      }
    }
  }

  #add(event: string, listener: Listener, isOnce: boolean): this {
    const known = this.#listeners.get(event) ?? new Map();
    this.#listeners.set(event, known.set(listener, { isOnce }));
    return this;
  }
}
