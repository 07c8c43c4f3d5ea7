/**
 * The facts about who may allow other code to get the same keys. Version 1 is typed by hand.
 * Version 2 is read from a chain (`verify-attestation governance`), at one block.
 */
import { z } from 'zod';

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const sha256 = hexOf(32);
/** An address of the chain in lower case. */
const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const keccak256 = hexOf(32);
const bytes = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const count = z.number().int().nonnegative();
const MAX_ENTRIES = 100_000;

/** The schema of facts that a person saved. */
export const statedSchema = z.strictObject({
  version: z.literal(1),
  saved_at: z.iso.datetime(),
  app_id: hexOf(20),
  /** The source of the facts: a chain and a block, or the person who stated them. */
  source: z.string().max(500),
  kms: z.enum(['on-chain', 'operator']),
  /** Who may allow a compose hash. */
  owner: z.string().max(200),
  /** Seconds between a proposal and its effect. */
  delay_s: count,
  compose_hashes_now: z.array(sha256),
  /** Every compose hash that was ever allowed, since each of them could have read the keys. */
  compose_hashes_ever: z.array(sha256),
  os_images: z.array(sha256),
  devices: z.string().max(500),
});

/** Facts that a person saved. */
export type StatedFacts = z.infer<typeof statedSchema>;

const moment = { block: count, time: z.iso.datetime() };

/** A value (a hash or an id) that was allowed at some time, with each change in order. */
const ruleSchema = z.strictObject({
  value: sha256,
  allowed: z.boolean(),
  changes: z.array(z.strictObject({ change: z.enum(['added', 'removed']), ...moment })).min(1),
});

/** A value that was allowed at some time. */
export type Rule = z.infer<typeof ruleSchema>;

const rules = z.array(ruleSchema).max(MAX_ENTRIES);

/**
 * Who an address is. The kind is what the contract answers to the questions of that kind, so it is
 * worth as much as its code: `code` is the Keccak-256 of it, for comparison with reviewed code.
 */
const controllerSchema = z.discriminatedUnion('kind', [
  /** An account with a key, and the contract to which it delegates (EIP-7702), if any. */
  z.strictObject({ kind: z.literal('account'), address, delegates_to: address.nullable() }),
  z.strictObject({
    kind: z.literal('safe'),
    address,
    code: keccak256,
    /** The contract with the code of the Safe, and the Keccak-256 of that code. */
    singleton: z.strictObject({ address, code: keccak256 }).nullable(),
    threshold: z.number().int().positive(),
    owners: z.array(address).min(1).max(1_000),
    /** Contracts that act for the Safe without a signature. */
    modules: z.array(address).max(1_000),
  }),
  z.strictObject({ kind: z.literal('timelock'), address, code: keccak256, delay_s: count }),
  z.strictObject({ kind: z.literal('contract'), address, code: keccak256 }),
]);

/** Who an address is. */
export type Controller = z.infer<typeof controllerSchema>;

const proxySchema = z.strictObject({
  /** Keccak-256 of the code at the address itself. */
  code: keccak256,
  /** The contract with the rules (ERC-1967), or null if the contract is not a proxy. */
  implementation: z.strictObject({ address, code: keccak256 }).nullable(),
  admin: address.nullable(),
  beacon: address.nullable(),
  /** Who may replace the implementation. For `owner` and `nobody` a dry run decided. */
  may_upgrade: z.enum(['nobody', 'owner', 'admin', 'beacon', 'anyone']),
  /** Each implementation that was ever set, in order. */
  implementations: z.array(z.strictObject({ address, ...moment })).max(MAX_ENTRIES),
});

/** How a contract is upgraded. */
export type Proxy = z.infer<typeof proxySchema>;

const contract = {
  address,
  owner: controllerSchema,
  /** Who may take over the ownership at any time (two-step transfer), or null for nobody. */
  pending_owner: address.nullable(),
  proxy: proxySchema,
};

const appSchema = z.strictObject({
  ...contract,
  compose_hashes: rules,
  any_device: z.boolean(),
  devices: rules,
  /** Null if the contract has no such rule. */
  require_tcb_up_to_date: z.boolean().nullable(),
});

const kmsSchema = z.strictObject({
  ...contract,
  /** Whether the KMS knows the application. */
  is_registered: z.boolean(),
  /** The root keys: secp256k1 (compressed), and that of the certificates (DER). */
  root: z.strictObject({ k256: bytes.max(130), ca: bytes.max(2_048) }),
  /** Each secp256k1 root that was ever set, in order. */
  roots: z.array(z.strictObject({ k256: bytes.max(130), ...moment })).max(MAX_ENTRIES),
  gateway_app_id: z.string().max(200),
  os_images: rules,
  /** Measurements of the KMS itself. */
  aggregated_mrs: rules,
  devices: rules,
});

/** The schema of facts that were read from a chain. */
export const chainFactsSchema = z.strictObject({
  version: z.literal(2),
  source: z.strictObject({
    chain_id: count,
    block: z.strictObject({
      number: count,
      hash: hexOf(32),
      time: z.iso.datetime(),
      /** `latest` if the chain has no finalized block: it may be replaced. */
      finality: z.enum(['finalized', 'latest']),
    }),
    /** The hosts that answered, which agreed on everything else in this file. */
    rpc_hosts: z.array(z.string().max(300)).min(1).max(2),
  }),
  app: appSchema,
  kms: kmsSchema.exactOptional(),
});

/** Facts that were read from a chain. */
export type ChainFacts = z.infer<typeof chainFactsSchema>;
/** The facts about an application contract. */
export type AppFacts = ChainFacts['app'];
/** The facts about a KMS contract. */
export type KmsFacts = z.infer<typeof kmsSchema>;
/** The block at which facts were read, and its chain. */
export type FactsSource = ChainFacts['source'];

/** The schema of a facts file of either version. */
export const governanceSchema = z.discriminatedUnion('version', [statedSchema, chainFactsSchema]);

/** Facts about upgrades. */
export type Governance = z.infer<typeof governanceSchema>;
