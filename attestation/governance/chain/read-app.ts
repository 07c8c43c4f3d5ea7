/** Reads the contract of an application (`DstackApp.sol`). */
import type { AppFacts } from '../facts.js';
import { addressOf, findAnswer, getAnswer, ZERO, type ChainAt } from './ask-contract.js';
import { APP } from './contracts.js';
import { readRules, readTimes } from './histories.js';
import { readController } from './read-controller.js';
import type { LogEntry } from './read-logs.js';
import { readProxy } from './read-proxy.js';

/**
 * Resolves to the facts. `entries` are all events of the contract, and `asked` are compose hashes
 * that are compared with the state even if no event names them.
 */
export async function readApp(
  at: ChainAt,
  address: string,
  entries: readonly LogEntry[],
  asked: readonly string[],
): Promise<AppFacts> {
  const ask = (name: string) => ({ contract: APP, name });
  const [owner] = await getAnswer(at, address, ask('owner'));
  const [anyDevice] = await getAnswer(at, address, ask('allowAnyDevice'));
  const upToDate = await findAnswer(at, address, ask('requireTcbUpToDate'));
  const pending = await findAnswer(at, address, ask('pendingOwner'));
  const times = await readTimes(at, entries);
  const composeHashes = {
    address,
    contract: APP,
    name: 'allowedComposeHashes',
    policy: 'compose-hash',
    added: 'ComposeHashAdded',
    removed: 'ComposeHashRemoved',
  };
  const devices = {
    address,
    contract: APP,
    name: 'allowedDeviceIds',
    policy: 'device',
    added: 'DeviceAdded',
    removed: 'DeviceRemoved',
  };
  const subject = { address, owner: addressOf(owner) };
  return {
    address,
    owner: await readController(at, subject.owner ?? ZERO),
    pending_owner: addressOf(pending?.[0] ?? ZERO) ?? null,
    proxy: await readProxy(at, subject, entries, times),
    compose_hashes: await readRules(at, entries, times, composeHashes, asked),
    any_device: anyDevice === true,
    devices: await readRules(at, entries, times, devices),
    require_tcb_up_to_date: upToDate === undefined ? null : upToDate[0] === true,
  };
}
