/**
 * A browser on the service's own pages, signed in with a wallet: cookie jar, origin, and fetch
 * metadata.
 */
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import type { Answer, World } from './world.js';

export const OWN_ORIGIN = 'http://localhost:3001';

export class WalletBrowser {
  readonly world: World;
  readonly wallet: Wallet;
  cookie: string | undefined;
  /** Headers of each request. */
  headers: Readonly<Record<string, string>> = {};
  keyId = '';
  address = '';

  constructor(world: World, wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`)) {
    this.world = world;
    this.wallet = wallet;
  }

  /**
   * Sends a request as one of our pages does. `headers` are added, and an empty value removes one.
   */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const all = {
      'sec-fetch-site': 'same-origin',
      ...(method === 'GET' ? {} : { origin: OWN_ORIGIN }),
      ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
      ...this.headers,
      ...headers,
    };
    const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    const answer = await this.world.raw(method, path, kept, body);
    this.#take(answer.setCookie);
    return { status: answer.status, body: answer.body, headers: new Headers() };
  }

  #take(setCookie: readonly string[]): void {
    for (const line of setCookie) {
      const [pair = ''] = line.split(';');
      this.cookie = /Max-Age=0(?:;|$)/.test(line) ? undefined : pair;
    }
  }

  /** Signs in, or verifies the person again. */
  async signIn(): Promise<Answer> {
    const challenge = await this.call('POST', '/api/auth/siwe/challenge', {
      address: this.wallet.address,
      transport: 'cookie',
    });
    const message = String(challenge.body['message']);
    const answer = await this.call('POST', '/api/auth/siwe/verify', {
      message,
      signature: await this.wallet.signMessage(message),
    });
    const { keys } = (answer.body['user'] ?? { keys: [] }) as {
      readonly keys: readonly { readonly id: string; readonly address: string }[];
    };
    this.keyId = keys[0]?.id ?? '';
    this.address = keys[0]?.address ?? '';
    return answer;
  }
}

export async function signedInBrowser(world: World, wallet?: Wallet): Promise<WalletBrowser> {
  const browser = new WalletBrowser(world, wallet);
  await browser.signIn();
  return browser;
}
