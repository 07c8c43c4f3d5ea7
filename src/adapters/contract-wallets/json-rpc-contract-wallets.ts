/**
 * Asks an Ethereum node whether a contract wallet accepts a signature (EIP-1271, EIP-6492), in one
 * `eth_call` that runs `signature-check.sol`.
 *
 * The node is believed: one that lies can sign anyone in to an account whose wallet is a contract.
 * It cannot touch an account whose wallet is a key (`prove-wallet.ts`). Everything else about its
 * reply is untrusted: time, size, and shape.
 */
import { fetch } from 'undici';
import { z } from 'zod';
import { ServiceError } from '../../errors.js';
import type { ContractSignature, ContractWallets } from '../../sign-in/contract-wallets.js';
import { readBounded } from '../read-bounded.js';
import { concatBytes, hex } from '../../protocol/bytes.js';
import { SIGNATURE_CHECK_CODE } from './signature-check-code.js';

const DEADLINE_MS = 5_000;
const MAX_REPLY_BYTES = 16_384;
/** The chain that the challenges of a sign-in name. */
const MAINNET = '0x1';
/** The code of a call that was reverted, in the error of a reply. */
const REVERTED = 3;

const reply = z.object({
  result: z.string().optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});

type Reply = z.infer<typeof reply>;

const unavailable = (cause?: unknown): ServiceError =>
  new ServiceError('ERR_CONTRACT_WALLET_UNAVAILABLE', { cause });

/** Sends one call of JSON-RPC. Rejects ERR_CONTRACT_WALLET_UNAVAILABLE. */
async function ask(url: string, method: string, params: readonly unknown[]): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const body = await readBounded(response.body, MAX_REPLY_BYTES);
    if (body === undefined) throw new TypeError('the reply is too large');
    return reply.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (cause) {
    throw unavailable(cause);
  }
}

const word = (bytes: Uint8Array): Uint8Array =>
  concatBytes(new Uint8Array(32 - bytes.length), bytes);

const number = (value: number): Uint8Array =>
  word(Buffer.from(value.toString(16).padStart(8, '0'), 'hex'));

/** Encodes the arguments (address, bytes32, bytes) as Solidity's ABI does. */
function encodeArguments({ address, digest, signature }: ContractSignature): Uint8Array {
  const padding = new Uint8Array((32 - (signature.length % 32)) % 32);
  return concatBytes(
    word(Buffer.from(address.slice(2), 'hex')),
    digest,
    number(96),
    number(signature.length),
    signature,
    padding,
  );
}

/** Creates the adapter. `url` is the endpoint of a node of Ethereum's main chain. */
export function createJsonRpcContractWallets(url: string): ContractWallets {
  let isMainnet = false;
  const requireMainnet = async (): Promise<void> => {
    if (isMainnet) return;
    const { result } = await ask(url, 'eth_chainId', []);
    if (result !== MAINNET) throw unavailable(new TypeError(`chain ${String(result)}`));
    isMainnet = true;
  };
  return {
    accepts: async (asked) => {
      await requireMainnet();
      const data = `${SIGNATURE_CHECK_CODE}${hex(encodeArguments(asked))}`;
      const { result, error } = await ask(url, 'eth_call', [{ data }, 'latest']);
      if (result === '0x01') return true;
      if (result === '0x00' || error?.code === REVERTED) return false;
      throw unavailable(new TypeError(error?.message ?? 'an unexpected result'));
    },
  };
}
