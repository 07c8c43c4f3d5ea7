/**
 * What an auditor accepts. A policy says nothing about whether evidence is true, only which true evidence is good enough.
 *
 * JSON; unknown members are refused, so that a misspelt one never weakens a policy in silence.
 */
import { z } from 'zod';

const hexOf = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `must be ${2 * bytes} lower-case hex digits`);
const sha256 = hexOf(32);
const measurement = hexOf(48);
const tcbStatus = z.enum([
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
]);

/** One virtual machine image, as the quote measures it. */
const image = z.strictObject({
  name: z.string().min(1),
  mrtd: measurement,
  rtmr0: measurement,
  rtmr1: measurement,
  rtmr2: measurement,
  /** SHA-256 of the OS image that these registers are of, for one that the shipped table does not know. */
  osImageHash: sha256.exactOptional(),
  development: z.boolean().exactOptional(),
});

export const policySchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(100),
  /** A policy that was made from a bundle is false until a person changed it, and accepts nothing until then. */
  reviewed: z.boolean(),
  /** SHA-256 of the certificates (DER) that a PCK chain may end at. */
  roots: z.array(sha256).min(1),
  tcb: z.strictObject({
    statuses: z.array(tcbStatus).min(1),
    qeStatuses: z.array(tcbStatus).min(1),
    moduleStatuses: z.array(tcbStatus).min(1),
    /** The collateral's own evaluation number: the audited party supplies the collateral. */
    minEvaluationDataNumber: z.number().int().nonnegative(),
    /** Days for which OutOfDate is accepted after the level's date that replaced it; 0: none. */
    graceDays: z.number().int().nonnegative().max(365),
    /** Advisories (INTEL-SA-…) that an accepted status may list; null: any. */
    advisories: z.array(z.string()).nullable(),
  }),
  platform: z.strictObject({
    /** PPIDs (16 bytes) of known machines; null: any machine. */
    ppids: z.array(hexOf(16)).nullable(),
    /** Flags of a platform certificate that are refused where it says so. */
    refuse: z.array(z.enum(['dynamicPlatform', 'cachedKeys', 'smtEnabled'])),
  }),
  image: z.strictObject({
    measurements: z.array(image),
    /** Hashes of OS images (SHA-256) that the measured image may be. */
    osImages: z.array(sha256),
    allowDevelopmentImages: z.boolean(),
  }),
  application: z.strictObject({
    /** Hashes of compose files that were read; null: every file that passes the lint. */
    composeHashes: z.array(sha256).nullable(),
    lint: z.boolean(),
    /** SHA-256 of a pre_launch_script that was read. */
    preLaunchScripts: z.array(sha256),
    /** Names of environment values that may come from outside. */
    allowedEnvs: z.array(z.string()),
    appIds: z.array(hexOf(20)).nullable(),
    instanceIds: z.array(hexOf(20)).nullable(),
    /** Names of events that a container may have written after the boot. */
    laterEvents: z.array(z.string()),
  }),
  keys: z.strictObject({
    /** Compressed secp256k1 keys (33 bytes) that may have issued the application's key. */
    kmsRoots: z.array(hexOf(33)),
    /** Ids of key providers, as the boot log names them. */
    keyProviders: z.array(z.strictObject({ name: z.string(), id: z.string() })),
    /** Accepts an application key that no KMS vouches for: for development alone. */
    allowNoKms: z.boolean(),
  }),
  statement: z.strictObject({
    /** Seconds that a statement may be old. */
    maxAgeS: z.number().int().positive(),
    /** Setting to the values that are accepted, as the statement spells them. */
    config: z.record(z.string(), z.array(z.json())),
    /** Demands that every setting that matters is a literal of the measured compose file. */
    measured: z.boolean(),
  }),
  governance: z.strictObject({
    required: z.boolean(),
    /** Seconds that the saved facts may be old. */
    maxAgeS: z.number().int().positive(),
    /** Owners (addresses or names) who may allow a compose hash. */
    owners: z.array(z.string()),
    /** Seconds that must pass between a proposal and its effect. */
    minDelayS: z.number().int().nonnegative(),
  }),
});

export type Policy = z.infer<typeof policySchema>;
