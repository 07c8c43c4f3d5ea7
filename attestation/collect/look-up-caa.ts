/**
 * Looks up the CAA records that decide about a name: those of the closest name upward that has any.
 */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { MAX_RECORDS, type CaaRecord, type CaaSet, type CaaSight } from '../channel/caa-sight.js';
import { isLoopback } from '../loopback.js';

/** Answers questions about the DNS. Both reject if there is no certain answer. */
export type CaaResolver = {
  /** Returns the records of a name, which are none if it does not exist. */
  records(name: string): Promise<readonly CaaRecord[]>;
  /** Returns the name of which this one is an alias. */
  alias(name: string): Promise<string | undefined>;
};

/**
 * A record as Node.js returns it: one property, named by its tag. `type` is there from Node 24 on.
 */
type FoundRecord = { readonly critical: number; readonly type?: 'CAA' };

/** Returns the properties of records, which are their tags with their values. */
export const propertiesOf = (found: readonly FoundRecord[]): readonly CaaRecord[] =>
  found.flatMap(({ critical: _critical, type: _type, ...properties }) =>
    Object.entries(properties).map(([tag, value]) => ({
      tag: tag.toLowerCase(),
      value: String(value),
    })),
  );

const NOTHING_THERE: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND']);

async function orNone<T>(work: Promise<T>, none: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (NOTHING_THERE.has(codeOf(error))) return none;
    throw error;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Returns a resolver that asks the servers of this system, or the given ones (`address:port`). */
export function dnsResolver(timeoutMs: number, servers?: readonly string[]): CaaResolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    records: async (name) => propertiesOf(await orNone(resolver.resolveCaa(name), [])),
    alias: async (name) => (await orNone(resolver.resolveCname(name), []))[0],
  };
}

async function closestSet(name: string, resolver: CaaResolver): Promise<CaaSet> {
  const labels = name.split('.');
  for (let above = 0; above < labels.length; above += 1) {
    const at = labels.slice(above).join('.');
    const found = await resolver.records(at);
    if (found.length > MAX_RECORDS) throw new TypeError('too many records');
    if (found.length > 0) return { at, records: [...found] };
  }
  return { at: null, records: [] };
}

async function look(name: string, resolver: CaaResolver): Promise<CaaSight> {
  const above = name.split('.').slice(1);
  const [alias, own] = await Promise.all([resolver.alias(name), closestSet(name, resolver)]);
  // No authority issues a wildcard certificate for a whole top-level domain.
  const parent = above.length < 2 ? null : await closestSet(above.join('.'), resolver);
  return { name, alias: alias ?? null, own, parent };
}

/** Returns what the DNS says about certificates of a host. Never rejects. */
export async function lookUpCaa(
  hostname: string,
  resolver: CaaResolver,
  deadlineMs: number,
): Promise<CaaSight> {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (isLoopback(name) || name.startsWith('[') || isIP(name) !== 0) {
    return { problem: 'the host has no name in the DNS' };
  }
  const timer = new AbortController();
  const late = new Promise<CaaSight>((resolve) => {
    const timeout = setTimeout(() => resolve({ problem: 'no answer in time' }), deadlineMs);
    timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  });
  const failed = (error: unknown): CaaSight => ({ problem: `the DNS answered ${reason(error)}` });
  try {
    return await Promise.race([look(name, resolver).catch(failed), late]);
  } finally {
    timer.abort();
  }
}

function reason(error: unknown): string {
  const code = codeOf(error);
  return typeof code === 'string' ? code.slice(0, 40) : 'something unreadable';
}
