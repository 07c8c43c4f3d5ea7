/**
 * Remembers in the app's own storage which account the app was given, so that a reload can restore
 * it without loading the widget for people who never connected. The app already has the address,
 * and nothing depends on the entry: every signature is verified by the service.
 */
import type { Connected } from '../wire/protocol.js';
import { readConnected } from '../wire/read-message.js';

/** The account that an app was given by one service. */
export class RememberedAccount {
  readonly #name: string;

  constructor(service: string) {
    this.#name = `sealwright:${service}`;
  }

  read(): Connected | undefined {
    return withStorage((storage) => {
      const text = storage.getItem(this.#name);
      return text === null ? undefined : readConnected(JSON.parse(text));
    });
  }

  write(connected: Connected): void {
    withStorage((storage) => storage.setItem(this.#name, JSON.stringify(connected)));
  }

  clear(): void {
    withStorage((storage) => storage.removeItem(this.#name));
  }
}

/** Returns undefined where the browser has no storage for the page, or the entry is not JSON. */
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
