/**
 * Adopts signers of other libraries: an object with `address` and `signMessage(text)`, or an
 * EIP-1193 provider.
 *
 * A signer of Sealwright itself is rejected. The service sets up the account of such a signer, and
 * two engines on one account would create the delegations twice. It is recognized by the mark of
 * our provider and by the reply of our sign route.
 */
import { ServiceError } from '../errors.js';
import { parseAddress, parseLowerCaseAddress } from '../protocol/address.js';
import { hex, parseHex, utf8 } from '../protocol/bytes.js';
import { isRecord } from '../protocol/record.js';
import type { LocalSigner } from './local-signer.js';

/** A signer that signs text messages. */
export type MessageSigner = {
  readonly address: string;
  /** Resolves to 65 bytes in 0x-prefixed hex. */
  signMessage(text: string): Promise<unknown>;
};

/** An EIP-1193 provider. */
export type SigningProvider = {
  request(call: {
    readonly method: string;
    readonly params?: readonly unknown[];
  }): Promise<unknown>;
};

/** The maximum depth of nested wrappers that are searched. */
const MAX_DEPTH = 4;
/** The codes of EIP-1193 and of common libraries for a refusal by the user. */
const REFUSALS: ReadonlySet<unknown> = new Set([4001, 'ACTION_REJECTED', 'USER_REJECTED']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) || typeof value === 'function';

const isAnnounced = (candidate: unknown): boolean => {
  let current = candidate;
  for (let depth = 0; depth < MAX_DEPTH && isObject(current); depth += 1) {
    if (current['isSealwright'] === true) return true;
    current = current['provider'];
  }
  return false;
};

/**
 * Throws ERR_LOCAL_SIGNER_IS_SERVICE for a signer that identifies itself as Sealwright, or for a
 * wrapper of one.
 */
export function refuseOwnService(candidate: unknown): void {
  if (isAnnounced(candidate)) throw new ServiceError('ERR_LOCAL_SIGNER_IS_SERVICE');
}

const isProvider = (value: MessageSigner | SigningProvider): value is SigningProvider =>
  'request' in value && typeof value.request === 'function';
const isMessageSigner = (value: MessageSigner | SigningProvider): value is MessageSigner =>
  'signMessage' in value && typeof value.signMessage === 'function';

/**
 * Returns a foreign signer as a local one. By default, a provider counts as interactive and an
 * object with `signMessage` does not. Rejects ERR_LOCAL_SIGNER_IS_SERVICE,
 * ERR_LOCAL_SIGNER_UNKNOWN, or, if the wallet does not reveal its accounts,
 * ERR_LOCAL_SIGNATURE_REFUSED or ERR_LOCAL_SIGNER_FAILED.
 */
export async function adoptSigner(
  foreign: MessageSigner | SigningProvider,
  { interactive }: { readonly interactive?: boolean } = {},
): Promise<LocalSigner> {
  if (!isObject(foreign)) throw new ServiceError('ERR_LOCAL_SIGNER_UNKNOWN');
  refuseOwnService(foreign);
  if (isMessageSigner(foreign)) {
    return {
      address: requireAddress(foreign.address),
      interactive: interactive ?? false,
      sign: (text) => ask(() => foreign.signMessage(text)),
    };
  }
  if (!isProvider(foreign)) throw new ServiceError('ERR_LOCAL_SIGNER_UNKNOWN');
  const address = await findAccount(foreign);
  return {
    address,
    interactive: interactive ?? true,
    sign: (text) => {
      const params = [`0x${hex(utf8(text))}`, address];
      return ask(() => foreign.request({ method: 'personal_sign', params }));
    },
  };
}

async function findAccount(provider: SigningProvider): Promise<LocalSigner['address']> {
  const accounts = await settle(() => provider.request({ method: 'eth_requestAccounts' }));
  return requireAddress(Array.isArray(accounts) ? accounts[0] : undefined);
}

/** Parses an address. Wallets also return lower case, which cannot reveal a typing error. */
function requireAddress(value: unknown): LocalSigner['address'] {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(value)) {
    throw new ServiceError('ERR_LOCAL_SIGNER_UNKNOWN');
  }
  return value === value.toLowerCase() ? parseLowerCaseAddress(value) : parseAddress(value);
}

async function settle(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const refused = isObject(cause) && REFUSALS.has(cause['code']);
    throw new ServiceError(refused ? 'ERR_LOCAL_SIGNATURE_REFUSED' : 'ERR_LOCAL_SIGNER_FAILED', {
      cause,
    });
  }
}

async function ask(call: () => Promise<unknown>): Promise<Uint8Array> {
  const answer = await settle(call);
  // This is the reply of our sign route, which a wrapper has passed on.
  if (isObject(answer) && 'tinycloudBootstrap' in answer) {
    throw new ServiceError('ERR_LOCAL_SIGNER_IS_SERVICE');
  }
  if (answer instanceof Uint8Array) return answer;
  if (typeof answer !== 'string' || !/^0x[0-9a-fA-F]{130}$/.test(answer)) {
    throw new ServiceError('ERR_LOCAL_SIGNATURE_INVALID');
  }
  return parseHex(answer.slice(2).toLowerCase());
}
