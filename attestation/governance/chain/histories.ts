/** From events to what was ever allowed, compared with the state of the contract. */
import { id } from 'ethers/hash';
import type { Rule } from '../facts.js';
import type { ChainAt } from './ask-contract.js';
import { ChainError } from './chain-error.js';
import { getHeader } from './find-block.js';
import { readFlags, type Flags } from './read-flags.js';
import type { LogEntry } from './read-logs.js';

const AT_ONCE = 8;
const TRUE = `0x${'1'.padStart(64, '0')}`;

/** The times of blocks, RFC 3339. */
export type Times = ReadonlyMap<number, string>;

/**
 * Events that add to and remove from a mapping of flags, and the name under which newer contracts
 * also record each change (`PolicyChanged`).
 */
export type RuleEvents = Flags & {
  readonly added: string;
  readonly removed: string;
  readonly policy?: string;
};

/**
 * Resolves to the times of the blocks of events. Rejects RPC_CONTRADICTS_ITSELF if an event is in
 * another block than the header of its number says.
 */
export async function readTimes({ rpc }: ChainAt, entries: readonly LogEntry[]): Promise<Times> {
  const waiting = [...new Map(entries.map((entry) => [entry.block, entry.block_hash]))];
  const times = new Map<number, string>();
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [number, hash] = next;
      const header = await getHeader(rpc, number);
      if (header.hash !== hash) {
        throw new ChainError('RPC_CONTRADICTS_ITSELF', `${rpc.host} has two blocks ${number}`);
      }
      times.set(number, header.time);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return times;
}

/** Returns the time of the block of an event. */
export const momentOf = ({ block }: LogEntry, times: Times) => ({
  block,
  time: times.get(block) ?? '',
});

type Change = LogEntry & { readonly value: string; readonly change: 'added' | 'removed' };

function changesOf(entries: readonly LogEntry[], events: RuleEvents): readonly Change[] {
  const topicOf = (name: string) => events.contract.getEvent(name)?.topicHash.slice(2);
  const [added, removed] = [topicOf(events.added), topicOf(events.removed)];
  return entries.flatMap((entry) => {
    const [topic, indexed] = entry.topics;
    if (topic !== added && topic !== removed) return [];
    const value = indexed ?? entry.data.slice(2);
    if (!/^[0-9a-f]{64}$/.test(value)) return [];
    return [
      { ...entry, value, change: topic === added ? ('added' as const) : ('removed' as const) },
    ];
  });
}

/** Newer contracts record each change twice. Neither record may be missing. */
function requireBothRecords(
  { rpc }: ChainAt,
  entries: readonly LogEntry[],
  changes: readonly Change[],
  { contract, policy }: RuleEvents,
): void {
  if (policy === undefined) return;
  const kind = id(policy).slice(2);
  const topic = contract.getEvent('PolicyChanged')?.topicHash.slice(2);
  const keyOf = (block: number, value: string, isAllowed: boolean) =>
    `${block} ${value} ${isAllowed ? 'added' : 'removed'}`;
  const seen = new Set(changes.map((c) => keyOf(c.block, c.value, c.change === 'added')));
  const lacks = entries.some(
    ({ block, topics, data }) =>
      topics[0] === topic &&
      topics[2] === kind &&
      !seen.has(keyOf(block, topics[3] ?? '', data === TRUE)),
  );
  if (lacks) throw new ChainError('RPC_OMITS_EVENTS', `${rpc.host} omits a change of ${policy}`);
}

/**
 * Resolves to every value that was ever allowed, sorted by its first change. `asked` are values
 * that are compared with the state even if no event names them. Rejects RPC_OMITS_EVENTS if events
 * and state differ.
 */
export async function readRules(
  at: ChainAt,
  entries: readonly LogEntry[],
  times: Times,
  events: RuleEvents,
  asked: readonly string[] = [],
): Promise<Rule[]> {
  const changes = changesOf(entries, events);
  requireBothRecords(at, entries, changes, events);
  const byValue = new Map<string, Change[]>();
  for (const change of changes) {
    const known = byValue.get(change.value);
    if (known === undefined) byValue.set(change.value, [change]);
    else known.push(change);
  }
  const flags = await readFlags(at, events, [...new Set([...byValue.keys(), ...asked])]);
  for (const [value, allowed] of flags) {
    if (allowed === (byValue.get(value)?.at(-1)?.change === 'added')) continue;
    const problem = `${events.name}(0x${value}) is ${String(allowed)}, and the events say otherwise`;
    throw new ChainError('RPC_OMITS_EVENTS', `${at.rpc.host}: ${problem}`);
  }
  return [...byValue].map(([value, all]) => ({
    value,
    allowed: all.at(-1)?.change === 'added',
    changes: all.map((each) => ({ change: each.change, ...momentOf(each, times) })),
  }));
}
