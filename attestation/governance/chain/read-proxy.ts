/** Finds out which code a contract runs, and who may replace it. */
import type { Proxy } from '../facts.js';
import { findAddressIn, findCode, run, type ChainAt } from './ask-contract.js';
import { ChainError } from './chain-error.js';
import { APP } from './contracts.js';
import { momentOf, type Times } from './histories.js';
import type { LogEntry } from './read-logs.js';

/** Slots of ERC-1967: the Keccak-256 of their name, less one. */
const IMPLEMENTATION = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const ADMIN = '0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103';
const BEACON = '0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50';
/** An address whose key nobody has, in whose name a dry run must be rejected. */
const STRANGER = '0x00000000000000000000000000000000005ea1ed';
const UPGRADED = APP.getEvent('Upgraded')?.topicHash.slice(2);

/** A contract that may be a proxy. */
type Subject = { readonly address: string; readonly owner: string | undefined };

/** Resolves to the code of a contract and who may replace it. */
export async function readProxy(
  at: ChainAt,
  { address, owner }: Subject,
  entries: readonly LogEntry[],
  times: Times,
): Promise<Proxy> {
  const code = await findCode(at, address);
  if (code === undefined) throw new ChainError('CHAIN_NO_CONTRACT', `${address} has no code`);
  const implementation = await findAddressIn(at, address, IMPLEMENTATION);
  const admin = await findAddressIn(at, address, ADMIN);
  const beacon = await findAddressIn(at, address, BEACON);
  const implementations = entries
    .filter(({ topics: [topic] }) => topic === UPGRADED)
    .map((entry) => ({ address: addressIn(entry) ?? '', ...momentOf(entry, times) }));
  requireUpgrades(at, address, implementation, entries);
  const running = implementation === undefined ? undefined : await findCode(at, implementation);
  return {
    code: code.hash,
    implementation:
      implementation === undefined || running === undefined
        ? null
        : { address: implementation, code: running.hash },
    admin: admin ?? null,
    beacon: beacon ?? null,
    may_upgrade: await findUpgrader(at, { address, owner }, { implementation, admin, beacon }),
    implementations,
  };
}

/**
 * The first event of a proxy sets its first implementation, and the last upgrade set the current
 * one. So neither the beginning of the events nor the last upgrade can be missing.
 */
function requireUpgrades(
  { rpc }: ChainAt,
  address: string,
  implementation: string | undefined,
  entries: readonly LogEntry[],
): void {
  const [first] = entries;
  const last = entries.findLast(({ topics: [topic] }) => topic === UPGRADED);
  const isWhole =
    (implementation === undefined || first?.topics[0] === UPGRADED) &&
    addressIn(last) === implementation;
  if (isWhole) return;
  throw new ChainError('RPC_OMITS_EVENTS', `${rpc.host} omits an upgrade of ${address}`);
}

/** Returns the address in an event `Upgraded`. */
const addressIn = (entry: LogEntry | undefined): string | undefined =>
  entry && `0x${entry.topics[1]?.slice(24)}`;

type Slots = Readonly<Record<'implementation' | 'admin' | 'beacon', string | undefined>>;

/**
 * Resolves to who may replace the code. Whether upgrades are disabled is private in dstack's
 * contracts, so a dry run of an upgrade to the same code decides.
 */
async function findUpgrader(
  at: ChainAt,
  { address, owner }: Subject,
  { implementation, admin, beacon }: Slots,
): Promise<Proxy['may_upgrade']> {
  if (beacon !== undefined) return 'beacon';
  if (implementation === undefined) return 'nobody';
  const data = APP.encodeFunctionData('upgradeToAndCall', [implementation, '0x']);
  const isAllowed = async (from: string): Promise<boolean> =>
    (await run(at, { from, to: address, data })) !== undefined;
  if (await isAllowed(STRANGER)) return 'anyone';
  if (admin !== undefined) return 'admin';
  return owner !== undefined && (await isAllowed(owner)) ? 'owner' : 'nobody';
}
