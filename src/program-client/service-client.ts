/** Calls the service's HTTP API as a program does. */
import { hexlify } from 'ethers';
import type { Wallet, HDNodeWallet } from 'ethers';
import type { BootstrapEvent, BootstrapState, getBootstrap } from '../api/bootstrap.js';
import type { BodyOf, PathOf, ReplyBodyOf } from '../api/call.js';
import type { Endpoint } from '../api/endpoint.js';
import type { Key } from '../api/keys.js';
import type { challengeWallet, signInWithWallet, signOut } from '../api/sign-in.js';
import type { SignReply, signWithKey } from '../api/sign.js';

const DEADLINE_MS = 30_000;

/** A client with one session. */
export class ServiceClient {
  readonly #url: string;
  #token = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** Returns the value of the `Authorization` header. */
  get authorization(): string {
    return `Bearer ${this.#token}`;
  }

  /** Signs in with a wallet and returns the first key of its user. */
  async signIn(wallet: Wallet | HDNodeWallet): Promise<Key> {
    const { message } = await this.#call<typeof challengeWallet>(
      'POST',
      '/api/auth/siwe/challenge',
      { address: wallet.address, transport: 'bearer' },
    );
    const signature = hexlify(await wallet.signMessage(message));
    const { sessionToken, user } = await this.#call<typeof signInWithWallet>(
      'POST',
      '/api/auth/siwe/verify',
      { message, signature },
    );
    if (sessionToken === undefined) throw new Error('the service returned no token');
    this.#token = sessionToken;
    const [key] = user.keys;
    if (key === undefined) throw new Error('the service returned no key');
    return key;
  }

  /** Signs a message with a key. */
  sign(keyId: string, message: string): Promise<SignReply> {
    return this.#call<typeof signWithKey>('POST', `/api/keys/${keyId}/sign`, { message });
  }

  /** Ends the session. */
  async signOut(): Promise<void> {
    await this.#call<typeof signOut>('POST', '/api/auth/sign-out');
  }

  /** Returns the state of the TinyCloud account of a key. */
  bootstrap(keyId: string): Promise<BootstrapState> {
    return this.#call<typeof getBootstrap>('GET', `/api/keys/${keyId}/bootstrap`);
  }

  /** Calls back for each event until the stream ends. */
  async watch(
    keyId: string,
    onEvent: (event: BootstrapEvent) => void,
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
        const [, event, id, data] =
          /event: (\S+)\nid: (\d+)\ndata: (.*)/.exec(text.slice(0, cut)) ?? [];
        text = text.slice(cut + 2);
        if (data === undefined) continue;
        onEvent({ event, id: Number(id), data: JSON.parse(data) } as BootstrapEvent);
      }
    }
  }

  async #call<E extends Endpoint>(
    method: E['method'],
    path: PathOf<E>,
    ...bodies: BodyOf<E>
  ): Promise<ReplyBodyOf<E>> {
    const [body]: readonly unknown[] = bodies;
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token === '' ? {} : { authorization: this.authorization }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await response.text();
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as ReplyBodyOf<E>;
    const [, code = ''] = /"code":"(\w+)"/.exec(text) ?? [];
    throw new Error(`${path}: ${response.status} ${code}`);
  }
}
