/**
 * Reads the events of a contract in parts. Providers limit how many blocks or events they return at
 * once, each in their own way, so a part that is refused is asked for again in smaller ones.
 */
import { z } from 'zod';
import { logs } from './answers.js';
import { ChainError } from './chain-error.js';
import { encodeQuantity } from './find-block.js';
import { isTimeout, RpcRefusal, type Rpc } from './rpc.js';

const FIRST_SPAN = 1_000_000;
/** A span that was refused is tried again after this number of parts. */
const PARTS_BEFORE_GROWTH = 16;
const MAX_TIMEOUTS = 3;
const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const count = z.number().int().nonnegative();

/** The schema of an event, as a partial file holds it. */
export const logEntrySchema = z.strictObject({
  block: count,
  block_hash: hex.length(64),
  index: count,
  topics: z.array(hex.length(64)).max(4),
  data: z.string().regex(/^0x(?:[0-9a-f]{2})*$/),
});

/** An event. */
export type LogEntry = z.infer<typeof logEntrySchema>;

/** Whose events to read, of which kinds (undefined: of all), and in which blocks. */
export type LogQuery = {
  readonly address: string;
  readonly topics: readonly string[] | undefined;
  readonly from: number;
  readonly to: number;
};

/** The events of some blocks, in order. */
export type LogPart = {
  readonly from: number;
  readonly to: number;
  readonly entries: readonly LogEntry[];
};

/** Reads all parts of a query in order. Rejects a ChainError. */
export async function* readLogs(rpc: Rpc, query: LogQuery): AsyncGenerator<LogPart> {
  let [from, span, limit, partsLeft, timeouts] = [query.from, FIRST_SPAN, Infinity, 0, 0];
  while (from <= query.to) {
    const to = Math.min(from + span - 1, query.to);
    try {
      yield { from, to, entries: await readPart(rpc, query, from, to) };
      from = to + 1;
      timeouts = 0;
      partsLeft -= 1;
      if (partsLeft <= 0) limit = Infinity;
      if (2 * span < limit) span *= 2;
    } catch (error) {
      timeouts += isTooSlow(error) ? 1 : 0;
      if (!isTooMuch(error) || timeouts > MAX_TIMEOUTS) throw error;
      if (from === to) throw new ChainError('RPC_REFUSED', `${rpc.host}, eth_getLogs`, error);
      limit = to - from + 1;
      span = Math.ceil(limit / 2);
      partsLeft = PARTS_BEFORE_GROWTH;
    }
  }
}

const isTooSlow = (error: unknown): boolean =>
  error instanceof ChainError && isTimeout(error.cause);

/** Returns whether less may be answered: a refusal, a large answer, or none in time. */
const isTooMuch = (error: unknown): boolean =>
  error instanceof RpcRefusal ||
  isTooSlow(error) ||
  (error instanceof ChainError && error.code === 'RPC_TOO_LARGE');

async function readPart(
  rpc: Rpc,
  { address, topics }: LogQuery,
  from: number,
  to: number,
): Promise<readonly LogEntry[]> {
  const [fromBlock, toBlock] = [encodeQuantity(from), encodeQuantity(to)];
  const filter = { address, fromBlock, toBlock, ...(topics && { topics: [topics] }) };
  const found = await rpc.ask('eth_getLogs', [filter], logs);
  const entries = found.map((log) => ({
    block: log.blockNumber,
    block_hash: log.blockHash,
    index: log.logIndex,
    topics: log.topics,
    data: log.data,
  }));
  const isForeign = found.some((log) => log.address !== address || log.removed === true);
  if (!isForeign && areInOrder(entries, from, to)) return entries;
  throw new ChainError('RPC_CONTRADICTS_ITSELF', `${rpc.host} answers with other events`);
}

/** Returns whether events are within the blocks, each once and in order. */
export function areInOrder(entries: readonly LogEntry[], from: number, to: number): boolean {
  return entries.every((entry, at) => {
    const before = entries[at - 1];
    const isLater =
      before === undefined ||
      entry.block > before.block ||
      (entry.block === before.block &&
        entry.index > before.index &&
        entry.block_hash === before.block_hash);
    return isLater && entry.block >= from && entry.block <= to;
  });
}
