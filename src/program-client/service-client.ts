/** The service's HTTP interface as a program uses it. */
import { hexlify } from 'ethers';
import type { Wallet, HDNodeWallet } from 'ethers';

export type SignAnswer = {
  readonly signature: string;
  readonly address: string;
  readonly format: string;
  readonly tinycloudBootstrap: {
    readonly status: string;
    readonly state: string;
    readonly reason?: string;
    readonly errorCode?: string;
    readonly statusUrl: string;
  };
};

export type StepEvent = { readonly id: string; readonly status: string; readonly doneAt?: string };
export type StateEvent = {
  readonly state: string;
  readonly status: string;
  readonly errorCode?: string;
};

export type Key = { readonly id: string; readonly address: string };

const DEADLINE_MS = 30_000;

export class ServiceClient {
  readonly #url: string;
  #token = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** The value of the `Authorization` header. */
  get authorization(): string {
    return `Bearer ${this.#token}`;
  }

  /** Signs a wallet in and answers its first key. */
  async signIn(wallet: Wallet | HDNodeWallet): Promise<Key> {
    const challenge = await this.#json<{ message: string }>('POST', '/api/auth/siwe/challenge', {
      address: wallet.address,
      transport: 'bearer',
    });
    const signature = hexlify(await wallet.signMessage(challenge.message));
    const verified = await this.#json<{ sessionToken: string; user: { keys: Key[] } }>(
      'POST',
      '/api/auth/siwe/verify',
      { message: challenge.message, signature },
    );
    this.#token = verified.sessionToken;
    const [key] = verified.user.keys;
    if (key === undefined) throw new Error('the service gave no key');
    return key;
  }

  sign(keyId: string, message: string): Promise<SignAnswer> {
    return this.#json('POST', `/api/keys/${keyId}/sign`, { message });
  }

  async bootstrap(keyId: string): Promise<StateEvent> {
    const response = await fetch(`${this.#url}/api/keys/${keyId}/bootstrap`, {
      headers: { authorization: this.authorization },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return (await response.json()) as StateEvent;
  }

  /** Calls back for each event until the stream ends. */
  async watch(
    keyId: string,
    onEvent: (event: string, data: StepEvent | StateEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await fetch(`${this.#url}/api/keys/${keyId}/bootstrap/events`, {
      headers: { authorization: `Bearer ${this.#token}` },
      signal,
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let cut = text.indexOf('\n\n'); cut >= 0; cut = text.indexOf('\n\n')) {
        const [, event, data] = /event: (\S+)\nid: \d+\ndata: (.*)/.exec(text.slice(0, cut)) ?? [];
        text = text.slice(cut + 2);
        if (event !== undefined && data !== undefined) onEvent(event, JSON.parse(data));
      }
    }
  }

  async #json<T>(method: string, path: string, body: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = (await response.json()) as T & { code?: string };
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.code ?? ''}`);
    return answer;
  }
}
