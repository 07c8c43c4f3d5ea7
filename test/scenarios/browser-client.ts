/** A browser as the service sees it: it names its page and keeps the cookie without reading it. */
import type { Wallet } from 'ethers';
import type { Misbehavior, SoftwarePasskey } from '../sign-in/software-authenticator.js';
import type { Answer, World } from './world.js';

export type BrowserOptions = {
  readonly headers?: Readonly<Record<string, string>>;
};

export class BrowserClient {
  readonly #world: World;
  readonly #origin: string;
  /** The only cookie, as name and value, or undefined. */
  cookie: string | undefined;

  constructor(world: World, origin = world.env()['PUBLIC_ORIGIN'] ?? '') {
    this.#world = world;
    this.#origin = origin;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    { headers = {} }: BrowserOptions = {},
  ): Promise<Answer> {
    const answer = await this.#world.call(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(method === 'GET' ? {} : { origin: this.#origin }),
        'sec-fetch-site': 'same-origin',
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...headers,
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.cookie = pair.endsWith('=') ? undefined : pair;
    }
    return answer;
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /**
   * Requests options and answers them with a passkey, for a new account or for the account of the
   * session.
   */
  async register(
    passkey: SoftwarePasskey,
    { name, wrong, options = {} }: RegisterOptions = {},
  ): Promise<Answer> {
    const asked = await this.post('/api/auth/passkey/register/options', options);
    if (asked.status !== 200) return asked;
    const credential = passkey.create(asked.body['publicKey'], wrong);
    const named = name === undefined ? {} : { name };
    return this.post('/api/auth/passkey/register/verify', { credential, ...named });
  }

  /** Signs in with a passkey, or verifies the person again. */
  async authenticate(passkey: SoftwarePasskey, wrong?: Misbehavior): Promise<Answer> {
    const asked = await this.post('/api/auth/passkey/authenticate/options');
    const credential = passkey.get(asked.body['publicKey'], wrong);
    return this.post('/api/auth/passkey/authenticate/verify', { credential });
  }

  async signInWithWallet(wallet: Pick<Wallet, 'address' | 'signMessage'>): Promise<Answer> {
    const { address } = wallet;
    const asked = await this.post('/api/auth/siwe/challenge', { address, transport: 'cookie' });
    return this.#signed('/api/auth/siwe/verify', wallet, asked);
  }

  async addWallet(wallet: Pick<Wallet, 'address' | 'signMessage'>): Promise<Answer> {
    const { address } = wallet;
    const asked = await this.post('/api/account/credentials/wallet/challenge', { address });
    return this.#signed('/api/account/credentials/wallet/verify', wallet, asked);
  }

  async #signed(path: string, wallet: Pick<Wallet, 'signMessage'>, asked: Answer): Promise<Answer> {
    if (asked.status !== 200) return asked;
    const message = String(asked.body['message']);
    return this.post(path, { message, signature: await wallet.signMessage(message) });
  }
}

export type RegisterOptions = {
  readonly name?: string;
  readonly wrong?: Misbehavior;
  readonly options?: { readonly newAccount?: boolean };
};
