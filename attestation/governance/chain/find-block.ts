/** Chooses the block at which everything is read. */
import type { FactsSource } from '../facts.js';
import { header } from './answers.js';
import { ChainError } from './chain-error.js';
import { RpcRefusal, type Rpc } from './rpc.js';

/** The block at which facts are read. */
export type ChainBlock = FactsSource['block'];

/** A header of a chain. `time` is RFC 3339. */
export type Header = { readonly number: number; readonly hash: string; readonly time: string };

/** Formats a number as JSON-RPC expects it. */
export const encodeQuantity = (value: number): string => `0x${value.toString(16)}`;

/** Resolves to the header of a block, or undefined if there is none. */
export async function findHeader(rpc: Rpc, at: number | string): Promise<Header | undefined> {
  const tag = typeof at === 'number' ? encodeQuantity(at) : at;
  const found = await rpc.ask('eth_getBlockByNumber', [tag, false], header);
  if (found === null) return undefined;
  const { number, hash, timestamp } = found;
  return { number, hash, time: new Date(timestamp * 1_000).toISOString() };
}

/** Resolves to the header of a block that the provider must know. */
export async function getHeader(rpc: Rpc, number: number): Promise<Header> {
  const found = await findHeader(rpc, number);
  if (found?.number === number) return found;
  throw new ChainError('RPC_CONTRADICTS_ITSELF', `${rpc.host} has another block at ${number}`);
}

/** Resolves to the newest block that cannot be replaced, or the newest one if there is none. */
export async function findNewestBlock(rpc: Rpc): Promise<ChainBlock> {
  const finalized = await findHeader(rpc, 'finalized').catch((error: unknown) => {
    if (error instanceof RpcRefusal) return undefined;
    throw error;
  });
  if (finalized !== undefined) return { ...finalized, finality: 'finalized' };
  const latest = await findHeader(rpc, 'latest');
  if (latest === undefined) throw new ChainError('RPC_MALFORMED', `${rpc.host} has no block`);
  return { ...latest, finality: 'latest' };
}

/** Rejects a ChainError if the provider has another block in that place (now). */
export async function requireBlock(rpc: Rpc, { number, hash }: Header): Promise<void> {
  if ((await getHeader(rpc, number)).hash === hash) return;
  throw new ChainError('RPC_CONTRADICTS_ITSELF', `${rpc.host} replaced block ${number}`);
}

/**
 * Resolves to the block at which all providers can be asked: the older of their newest ones.
 * Rejects RPC_DISAGREE if they have different blocks there.
 */
export async function chooseBlock(rpcs: readonly Rpc[]): Promise<ChainBlock> {
  const newest = await Promise.all(rpcs.map(findNewestBlock));
  const oldest = newest.reduce((one, other) => (other.number < one.number ? other : one));
  const headers = await Promise.all(rpcs.map((rpc) => getHeader(rpc, oldest.number)));
  const hosts = rpcs.map(({ host }) => host).join(' and ');
  if (headers.some(({ hash }) => hash !== oldest.hash)) {
    throw new ChainError('RPC_DISAGREE', `source.block.hash of block ${oldest.number}: ${hosts}`);
  }
  const isFinal = newest.every(({ finality }) => finality === 'finalized');
  return { ...oldest, finality: isFinal ? 'finalized' : 'latest' };
}
