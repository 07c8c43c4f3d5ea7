/**
 * Signers that others made: an object with `address` and `signMessage(text)`, or an EIP-1193 provider.
 *
 * One of them is refused: Sealwright's own. Behind it the service sets up the account by itself, and two engines on one
 * account leave delegations twice. It is known by the mark that our provider carries, and by what our sign route answers.
 */
import { ServiceError } from '../errors.js';
import { parseAddress, parseLowerCaseAddress } from '../protocol/address.js';
import { hex, parseHex, utf8 } from '../protocol/bytes.js';
import { isRecord } from '../protocol/record.js';
import type { LocalSigner } from './local-signer.js';

export type MessageSigner = {
  readonly address: string;
  /** Resolves to 0x-hex of 65 bytes. */
  signMessage(text: string): Promise<unknown>;
};

/** EIP-1193. */
export type SigningProvider = {
  request(call: {
    readonly method: string;
    readonly params?: readonly unknown[];
  }): Promise<unknown>;
};

/** How deep a wrapper of a wrapper is looked into. */
const MAX_DEPTH = 4;
/** EIP-1193 and what libraries make of it. */
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

/** Throws ERR_LOCAL_SIGNER_IS_SERVICE for a signer, or a wrapper of one, that says it is ours. */
export function refuseOwnService(candidate: unknown): void {
  if (isAnnounced(candidate)) throw new ServiceError('ERR_LOCAL_SIGNER_IS_SERVICE');
}

const isProvider = (value: MessageSigner | SigningProvider): value is SigningProvider =>
  'request' in value && typeof value.request === 'function';
const isMessageSigner = (value: MessageSigner | SigningProvider): value is MessageSigner =>
  'signMessage' in value && typeof value.signMessage === 'function';

/**
 * A signer of another library as ours. A provider stands for a wallet and counts as interactive unless told otherwise;
 * an object with `signMessage` does not. Rejects ERR_LOCAL_SIGNER_IS_SERVICE or ERR_LOCAL_SIGNER_UNKNOWN, or
 * ERR_LOCAL_SIGNATURE_REFUSED where a wallet does not say who it is.
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

/** Wallets answer in lower case as well, which says nothing about a typing error. */
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
  // What our sign route answers, passed on whole by whoever wrapped it.
  if (isObject(answer) && 'tinycloudBootstrap' in answer) {
    throw new ServiceError('ERR_LOCAL_SIGNER_IS_SERVICE');
  }
  if (answer instanceof Uint8Array) return answer;
  if (typeof answer !== 'string' || !/^0x[0-9a-fA-F]{130}$/.test(answer)) {
    throw new ServiceError('ERR_LOCAL_SIGNATURE_INVALID');
  }
  return parseHex(answer.slice(2).toLowerCase());
}
