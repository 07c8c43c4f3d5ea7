/** Reads the contract of a KMS (`DstackKms.sol`). */
import type { KmsFacts, Rule } from '../facts.js';
import { addressOf, findAnswer, getAnswer, ZERO, type ChainAt } from './ask-contract.js';
import { ChainError } from './chain-error.js';
import { KMS } from './contracts.js';
import { momentOf, readRules, readTimes } from './histories.js';
import { readController } from './read-controller.js';
import type { LogEntry } from './read-logs.js';
import { readProxy } from './read-proxy.js';

/** Anyone may register an application, so the events of that, and PolicyChanged, are not read. */
const EVENTS = [
  'Upgraded',
  'KmsInfoSet',
  'OsImageHashAdded',
  'OsImageHashRemoved',
  'KmsAggregatedMrAdded',
  'KmsAggregatedMrRemoved',
  'KmsDeviceAdded',
  'KmsDeviceRemoved',
] as const;

/** The kinds of events of a KMS that are read. */
export const KMS_TOPICS: readonly string[] = EVENTS.map(
  (name) => KMS.getEvent(name)?.topicHash ?? '',
);

/** Resolves to the facts. `app` is the application whose registration is looked up. */
export async function readKms(
  at: ChainAt,
  address: string,
  app: string,
  entries: readonly LogEntry[],
): Promise<KmsFacts> {
  const ask = (name: string, values: readonly unknown[] = []) => ({ contract: KMS, name, values });
  const [owner] = await getAnswer(at, address, ask('owner'));
  const info = await getAnswer(at, address, ask('kmsInfo'));
  const [isRegistered] = await getAnswer(at, address, ask('registeredApps', [app]));
  const [gateway] = await getAnswer(at, address, ask('gatewayAppId'));
  const pending = await findAnswer(at, address, ask('pendingOwner'));
  const times = await readTimes(at, entries);
  const rulesOf = (name: string, event: string): Promise<Rule[]> =>
    readRules(at, entries, times, {
      address,
      contract: KMS,
      name,
      added: `${event}Added`,
      removed: `${event}Removed`,
    });
  const subject = { address, owner: addressOf(owner) };
  const root = { k256: hexOf(info['k256Pubkey']), ca: hexOf(info['caPubkey']) };
  return {
    address,
    owner: await readController(at, subject.owner ?? ZERO),
    pending_owner: addressOf(pending?.[0] ?? ZERO) ?? null,
    proxy: await readProxy(at, subject, entries, times),
    is_registered: isRegistered === true,
    root,
    roots: rootsOf(at, entries, root.k256).map(({ k256, entry }) => ({
      k256,
      ...momentOf(entry, times),
    })),
    gateway_app_id: String(gateway),
    os_images: await rulesOf('allowedOsImages', 'OsImageHash'),
    aggregated_mrs: await rulesOf('kmsAllowedAggregatedMrs', 'KmsAggregatedMr'),
    devices: await rulesOf('kmsAllowedDeviceIds', 'KmsDevice'),
  };
}

const hexOf = (decoded: unknown): string => String(decoded).slice(2);

function rootsOf({ rpc }: ChainAt, entries: readonly LogEntry[], current: string) {
  const topic = KMS.getEvent('KmsInfoSet')?.topicHash.slice(2);
  const roots = entries
    .filter(({ topics }) => topics[0] === topic)
    .map((entry) => ({ k256: decodeRoot(entry), entry }));
  if ((roots.at(-1)?.k256 ?? '') === current) return roots;
  throw new ChainError('RPC_OMITS_EVENTS', `${rpc.host} omits the last change of the KMS root`);
}

function decodeRoot({ data }: LogEntry): string {
  try {
    return hexOf(KMS.decodeEventLog('KmsInfoSet', data)[0]);
  } catch (cause) {
    throw new ChainError('RPC_MALFORMED', 'an event KmsInfoSet', cause);
  }
}
