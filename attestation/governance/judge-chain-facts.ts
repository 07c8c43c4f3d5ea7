/** What is wrong with facts of a chain, beyond what typed facts can show. */
import type { Policy } from '../policy/policy.js';
import { allowedOf } from './describe-facts.js';
import type { ChainFacts, Controller, KmsFacts } from './facts.js';

/** What the evidence says about the KMS. Undefined where it says nothing. */
export type MeasuredKms = {
  /** The secp256k1 root that issued the application's key. */
  readonly kmsRoot?: string | undefined;
  /** The key of the certificates, which the boot log calls the id of the key provider. */
  readonly keyProviderId?: string | undefined;
  readonly osImageHash?: string | undefined;
};

type Demands = NonNullable<Policy['governance']['chain']>;
type Row = readonly [boolean, string];

const isListed = (list: readonly string[], address: string): boolean =>
  list.some((each) => each.toLowerCase() === address);

/**
 * Returns how many people must sign for a controller, or undefined if a delay protects instead. A
 * contract that acts without signatures counts as none.
 */
function signersOf(controller: Controller): number | undefined {
  switch (controller.kind) {
    case 'account':
      return controller.delegates_to === null ? 1 : 0;
    case 'safe':
      return controller.modules.length === 0 ? controller.threshold : 0;
    case 'timelock':
      return controller.delay_s > 0 ? undefined : 0;
    case 'contract':
      return 0;
  }
}

const hasSigners = (controller: Controller, wanted: number): boolean =>
  (signersOf(controller) ?? wanted) >= wanted;

/** Returns the seconds between a proposal and its effect: the delay that nobody can go around. */
export function delayOf({ owner, proxy }: Pick<KmsFacts, 'owner' | 'proxy'>): number {
  const isByOwner = proxy.may_upgrade === 'owner' || proxy.may_upgrade === 'nobody';
  return owner.kind === 'timelock' && isByOwner ? owner.delay_s : 0;
}

/** Returns the problems of the facts. */
export function problemsOfChain(
  facts: ChainFacts,
  measured: MeasuredKms,
  { owners, chain }: Policy['governance'],
): readonly string[] {
  const { app, kms } = facts;
  const { pending_owner: pending } = app;
  const rows: readonly Row[] = [
    [!isListed(owners, app.owner.address), 'the policy does not list the owner'],
    [
      pending !== null && !isListed(owners, pending),
      'the policy does not list the party that may take over the ownership',
    ],
    [app.proxy.may_upgrade === 'anyone', 'anyone may replace the rules of the contract'],
    ...(kms === undefined ? [] : rowsOfKms(kms, measured)),
    ...(chain === undefined ? [] : demandedRows(facts, chain)),
  ];
  return rows.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

function rowsOfKms(kms: KmsFacts, { kmsRoot, keyProviderId, osImageHash }: MeasuredKms): Row[] {
  return [
    [!kms.is_registered, 'the KMS does not know the application'],
    [kms.proxy.may_upgrade === 'anyone', 'anyone may replace the rules of the KMS'],
    [
      kmsRoot !== undefined && kmsRoot !== kms.root.k256,
      'another root than that of the KMS issued the key',
    ],
    [
      keyProviderId !== undefined && keyProviderId !== kms.root.ca,
      'the key provider of the boot log is another one than the KMS',
    ],
    [
      osImageHash !== undefined && !allowedOf(kms.os_images).includes(osImageHash),
      'the KMS does not allow the measured OS image',
    ],
  ];
}

function demandedRows({ source, app, kms }: ChainFacts, demands: Demands): readonly Row[] {
  const { chainIds, minProviders, minSigners, mayUpgrade, anyDevice, code } = demands;
  return [
    [!chainIds.includes(source.chain_id), `the policy does not accept chain ${source.chain_id}`],
    [source.rpc_hosts.length < minProviders, `fewer than ${minProviders} RPC providers agreed`],
    [source.block.finality !== 'finalized', 'the block is not finalized'],
    [!hasSigners(app.owner, minSigners), `fewer than ${minSigners} people must sign for the owner`],
    [
      !mayUpgrade.some((each) => each === app.proxy.may_upgrade),
      `the policy does not accept upgrades by ${app.proxy.may_upgrade}`,
    ],
    [!anyDevice && app.any_device, 'any device may run the application'],
    [
      code !== null && !codeOf({ app, kms }).every((hash) => code.includes(hash)),
      'a contract runs code that the policy does not list',
    ],
    ...(demands.kms === null ? [] : demandedOfKms(kms, demands.kms)),
  ];
}

function demandedOfKms(
  kms: KmsFacts | undefined,
  { addresses, owners, minSigners, minDelayS, osImages }: NonNullable<Demands['kms']>,
): readonly Row[] {
  if (kms === undefined) return [[true, 'the facts do not cover the KMS']];
  const { pending_owner: pending } = kms;
  return [
    [!isListed(addresses, kms.address), 'the policy does not list the KMS'],
    [!isListed(owners, kms.owner.address), 'the policy does not list the owner of the KMS'],
    [
      pending !== null && !isListed(owners, pending),
      'the policy does not list the party that may take over the KMS',
    ],
    [!hasSigners(kms.owner, minSigners), `fewer than ${minSigners} people must sign for the KMS`],
    [delayOf(kms) < minDelayS, `less than ${minDelayS} s pass before a change of the KMS`],
    [
      osImages !== null && !allowedOf(kms.os_images).every((hash) => osImages.includes(hash)),
      'the KMS allows an OS image that was not reviewed',
    ],
  ];
}

/** Returns the code of every contract that decides. */
function codeOf({ app, kms }: Pick<ChainFacts, 'app'> & { readonly kms: KmsFacts | undefined }) {
  const contracts = kms === undefined ? [app] : [app, kms];
  return contracts.flatMap(({ owner, proxy }) => [
    proxy.code,
    ...(proxy.implementation === null ? [] : [proxy.implementation.code]),
    ...(owner.kind === 'account' ? [] : [owner.code]),
    ...(owner.kind === 'safe' && owner.singleton !== null ? [owner.singleton.code] : []),
  ]);
}
