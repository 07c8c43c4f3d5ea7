/** An EIP-1193 provider over the widget, so that an unmodified web3 SDK can sign with it. */
import type { Connected, Signed } from '../wire/protocol.js';
import { isFields } from '../wire/read-message.js';
import { PROVIDER_CODES, ProviderError, toProviderError } from './provider-error.js';
import { ProviderEvents } from './provider-events.js';
import { permissionFor, requireAccountPermission } from './provider-permissions.js';
import { SealwrightError } from './sealwright-error.js';

/** What the provider needs of the client. */
export type Signer = {
  /** Returns the account of the app without a prompt. */
  readonly reconnect: () => Promise<Connected | undefined>;
  readonly connect: (choose: boolean) => Promise<Connected>;
  readonly chainId: () => Promise<number>;
  readonly sign: (data: string, address: string) => Promise<Signed>;
  /** Withdraws the permission to know the account. */
  readonly forget: () => Promise<void>;
};

/** A request of EIP-1193. */
export type ProviderRequest = {
  readonly method: string;
  /** A list, for every supported method. */
  readonly params?: unknown;
};

type Params = readonly unknown[];

/** Returns a number as JSON-RPC writes quantities: hex without leading zeros. */
export const toQuantity = (value: number): string => `0x${value.toString(16)}`;

const malformed = (text: string): ProviderError =>
  new ProviderError(PROVIDER_CODES.invalidParams, text, 'ERR_MESSAGE_MALFORMED');

/** The provider of a client. */
export class SealwrightProvider extends ProviderEvents {
  readonly isSealwright = true;
  readonly #signer: Signer;
  readonly #methods: ReadonlyMap<string, (params: Params) => Promise<unknown>>;

  constructor(signer: Signer) {
    super();
    this.#signer = signer;
    this.#methods = new Map(Object.entries(this.#createMethods()));
  }

  /**
   * Handles one request. `Result` is the type that the caller expects, as in the types of viem; it
   * is not checked. Rejects a ProviderError: a code of EIP-1193, EIP-3326 or JSON-RPC.
   */
  async request<Result = unknown>({ method, params }: ProviderRequest): Promise<Result> {
    try {
      const answer = this.#methods.get(method);
      if (answer === undefined) throw unsupported(method);
      return (await answer(Array.isArray(params) ? params : [])) as Result;
    } catch (error) {
      throw toProviderError(error);
    }
  }

  #createMethods(): Record<string, (params: Params) => Promise<unknown>> {
    const signer = this.#signer;
    const addresses = async (): Promise<readonly string[]> => {
      const connected = await signer.reconnect();
      return connected === undefined ? [] : [connected.address];
    };
    const permissions = (accounts: readonly string[]) =>
      accounts.map((address) => permissionFor(address, location.origin));
    return {
      eth_accounts: addresses,
      eth_requestAccounts: async () => [(await signer.connect(false)).address],
      eth_chainId: async () => toQuantity(await signer.chainId()),
      net_version: async () => String(await signer.chainId()),
      personal_sign: (params) => this.#personalSign(params),
      wallet_getPermissions: async () => permissions(await addresses()),
      wallet_requestPermissions: async (params) => {
        requireAccountPermission(params);
        return permissions([(await signer.connect(true)).address]);
      },
      wallet_revokePermissions: async (params) => {
        requireAccountPermission(params);
        await signer.forget();
        return null;
      },
      wallet_switchEthereumChain: (params) => this.#switchChain(params),
    };
  }

  /** Accepts only the chain of the service (EIP-3326), because an account has no other. */
  async #switchChain([wanted]: Params): Promise<null> {
    const chainId = isFields(wanted) ? wanted['chainId'] : undefined;
    if (typeof chainId !== 'string' || !/^0x[0-9a-fA-F]+$/.test(chainId)) {
      throw malformed('wallet_switchEthereumChain takes [{ "chainId": "0x1" }].');
    }
    if (BigInt(chainId) !== BigInt(await this.#signer.chainId())) {
      throw new SealwrightError('ERR_CHAIN_UNKNOWN');
    }
    return null;
  }

  async #personalSign([first, second]: Params): Promise<string> {
    if (typeof first !== 'string' || typeof second !== 'string') {
      throw malformed('personal_sign takes a message and an address.');
    }
    const connected = await this.#signer.reconnect();
    if (connected === undefined) throw new SealwrightError('ERR_NOT_CONNECTED');
    const isOwn = (text: string): boolean => text.toLowerCase() === connected.address.toLowerCase();
    // Some libraries pass the address first.
    if (!isOwn(second) && !isOwn(first)) throw new SealwrightError('ERR_ADDRESS_UNKNOWN');
    const data = isOwn(second) ? first : second;
    return (await this.#signer.sign(data, connected.address)).signature;
  }
}

function unsupported(method: string): Error {
  if (method.startsWith('eth_signTypedData')) return new SealwrightError('ERR_TYPED_DATA');
  const text = `${method} is not supported. Sealwright signs messages (personal_sign) and sends nothing to a chain.`;
  return new ProviderError(PROVIDER_CODES.unsupported, text, 'ERR_METHOD_UNKNOWN');
}
