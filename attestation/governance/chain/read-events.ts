/**
 * Reads all events of a contract up to the chosen block, and continues what an earlier run read.
 */
import { findCode, type ChainAt } from './ask-contract.js';
import { ChainError } from './chain-error.js';
import type { SavedPart } from './partial-file.js';
import { readLogs, type LogEntry, type LogQuery } from './read-logs.js';
import { RpcRefusal } from './rpc.js';

const MAX_EVENTS = 500_000;

/** How events are read. */
export type EventReading = {
  /** What an earlier run read of this contract, in order. */
  readonly known: readonly SavedPart[];
  /** Receives each new part. */
  readonly save: (part: SavedPart) => Promise<void>;
  /** Receives a line about how far it is, at most once for each percent. */
  readonly progress: (line: string) => void;
};

/** Resolves to all events of a contract, of the given kinds (undefined: of all). */
export async function readEvents(
  at: ChainAt,
  { address, topics }: Pick<LogQuery, 'address' | 'topics'>,
  { known, save, progress }: EventReading,
): Promise<readonly LogEntry[]> {
  const { rpc, block } = at;
  const begin = known[0]?.from ?? (await findFirstBlock(at, address));
  const entries = known.flatMap((part) => part.entries);
  let lastPercent = -1;
  const from = (known.at(-1)?.to ?? begin - 1) + 1;
  for await (const part of readLogs(rpc, { address, topics, from, to: block.number })) {
    await save({ address, ...part });
    for (const entry of part.entries) entries.push(entry);
    if (entries.length > MAX_EVENTS)
      throw new ChainError('RPC_TOO_LARGE', `${address} has too many events`);
    const percent = Math.floor((100 * (part.to + 1 - begin)) / (block.number + 1 - begin));
    if (percent === lastPercent) continue;
    lastPercent = percent;
    progress(
      `${rpc.host}: events of ${address}: block ${part.to} of ${block.number} (${percent} %), ${entries.length} events`,
    );
  }
  return entries;
}

/**
 * Resolves to the block in which a contract was created, or 0 if the provider has no state of the
 * past. The first event of a proxy is known, so a search that ends too late is noticed.
 */
async function findFirstBlock(at: ChainAt, address: string): Promise<number> {
  let [low, high] = [0, at.block.number];
  try {
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await findCode(at, address, middle)) === undefined) low = middle + 1;
      else high = middle;
    }
    return low;
  } catch (error) {
    if (error instanceof RpcRefusal) return 0;
    throw error;
  }
}
