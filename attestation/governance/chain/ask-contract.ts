/** Asks contracts at one block. */
import type { Interface, Result } from 'ethers/abi';
import { keccak256 } from 'ethers/crypto';
import { address, data, hash } from './answers.js';
import { ChainError } from './chain-error.js';
import { encodeQuantity, type ChainBlock } from './find-block.js';
import { RpcRefusal, type Rpc } from './rpc.js';

/** A provider and the block at which it is asked. */
export type ChainAt = { readonly rpc: Rpc; readonly block: ChainBlock };

/** What to run: `to` is absent for code that is run and not deployed. */
export type Call = { readonly to?: string; readonly from?: string; readonly data: string };

/** A function of a contract, with its arguments. */
export type Question = {
  readonly contract: Interface;
  readonly name: string;
  readonly values?: readonly unknown[];
};

/** Resolves to what a call returns, or undefined if the contract rejects it. */
export async function run({ rpc, block }: ChainAt, call: Call): Promise<string | undefined> {
  try {
    return await rpc.ask('eth_call', [call, encodeQuantity(block.number)], data);
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    if (error.isRevert) return undefined;
    throw new ChainError('RPC_REFUSED', `${rpc.host}, eth_call`, error);
  }
}

/** Resolves to the results of a function, or undefined if the contract does not have it. */
export async function findAnswer(
  at: ChainAt,
  to: string,
  { contract, name, values = [] }: Question,
): Promise<Result | undefined> {
  const returned = await run(at, { to, data: contract.encodeFunctionData(name, values) });
  if (returned === undefined || returned === '0x') return undefined;
  try {
    const decoded = contract.decodeFunctionResult(name, returned);
    // The library decodes the rest when it is read. Nothing undecodable may pass.
    decoded.toArray(true);
    return decoded;
  } catch {
    return undefined;
  }
}

/** Resolves to the results of a function that the contract must have. */
export async function getAnswer(at: ChainAt, to: string, question: Question): Promise<Result> {
  const found = await findAnswer(at, to, question);
  if (found !== undefined) return found;
  throw new ChainError('CHAIN_NO_CONTRACT', `${to} does not answer ${question.name}()`);
}

/** A contract's code. */
export type Code = { readonly hash: string; readonly hex: string };

/** Resolves to the code at an address, or undefined if there is none. */
export async function findCode(
  { rpc, block }: ChainAt,
  of: string,
  number = block.number,
): Promise<Code | undefined> {
  const code = await rpc.ask('eth_getCode', [of, encodeQuantity(number)], data);
  return code === '0x' ? undefined : { hash: keccak256(code).slice(2), hex: code };
}

/**
 * Resolves to the address in a slot of a contract's storage, which is its last 20 bytes, or
 * undefined for zero.
 */
export async function findAddressIn(
  { rpc, block }: ChainAt,
  of: string,
  slot: string,
): Promise<string | undefined> {
  const word = await rpc.ask('eth_getStorageAt', [of, slot, encodeQuantity(block.number)], hash);
  const found = address.parse(`0x${word.slice(24)}`);
  return found === ZERO ? undefined : found;
}

/** The address that nobody has. */
export const ZERO = `0x${'0'.repeat(40)}`;

/**
 * Returns an address that the library decoded, in lower case, or undefined for the zero address.
 */
export function addressOf(decoded: unknown): string | undefined {
  const found = String(decoded).toLowerCase();
  return found === ZERO ? undefined : found;
}
