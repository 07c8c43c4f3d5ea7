/**
 * What an auditor accepts. A policy does not decide whether evidence is true, only which true
 * evidence is acceptable.
 *
 * Policies are JSON. Unknown members are rejected, so a misspelled name cannot silently weaken a
 * policy.
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

/** A virtual machine image as the quote measures it. */
const image = z.strictObject({
  name: z.string().min(1),
  mrtd: measurement,
  rtmr0: measurement,
  rtmr1: measurement,
  rtmr2: measurement,
  /** SHA-256 of the OS image with these registers, if it is not in the shipped table. */
  osImageHash: sha256.exactOptional(),
  development: z.boolean().exactOptional(),
});

/** Who composes an app-compose file. */
export const PLATFORMS = ['dstack-vmm', 'phala-cloud'] as const;
/** A platform that composes app-compose files. */
export type Platform = (typeof PLATFORMS)[number];

/** Who ends TLS: a gateway, the service with files, or with a certificate that it obtains itself. */
const TLS_MODES = ['off', 'files', 'acme'] as const;
/** A value of the setting TLS_MODE. */
export type TlsMode = (typeof TLS_MODES)[number];

/** Rules of Intel's formats that a policy may relax for evidence under a test root. */
export const RELAXABLE_RULES = ['tcb-signer-name', 'pck-tcb-members'] as const;

/** The schema of a policy. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(100),
  /**
   * False in a generated policy until a person changes it. Until then, the policy accepts nothing.
   */
  reviewed: z.boolean(),
  /** SHA-256 of the certificates (DER) at which a PCK chain may end. */
  roots: z.array(sha256).min(1),
  /**
   * Test roots that are accepted with --allow-test-root, each with the rules that evidence under it
   * may break. A rule is never relaxed for the root of real hardware.
   */
  testRoots: z
    .array(z.strictObject({ sha256, relax: z.array(z.enum(RELAXABLE_RULES)) }))
    .exactOptional(),
  tcb: z.strictObject({
    statuses: z.array(tcbStatus).min(1),
    qeStatuses: z.array(tcbStatus).min(1),
    moduleStatuses: z.array(tcbStatus).min(1),
    /**
     * The minimum evaluation number of collateral, because the audited party supplies the
     * collateral.
     */
    minEvaluationDataNumber: z.number().int().nonnegative(),
    /**
     * Days for which OutOfDate is accepted after the date of the level that replaced it. 0 means
     * none.
     */
    graceDays: z.number().int().nonnegative().max(365),
    /** Advisories (INTEL-SA-…) that an accepted status may list, or null for any. */
    advisories: z.array(z.string()).nullable(),
  }),
  platform: z.strictObject({
    /** PPIDs (16 bytes) of known machines, or null for any machine. */
    ppids: z.array(hexOf(16)).nullable(),
    /** Flags of a platform certificate that are rejected if set. */
    refuse: z.array(z.enum(['dynamicPlatform', 'cachedKeys', 'smtEnabled'])),
  }),
  image: z.strictObject({
    measurements: z.array(image),
    /** Accepted hashes of OS images (SHA-256). */
    osImages: z.array(sha256),
    allowDevelopmentImages: z.boolean(),
  }),
  application: z.strictObject({
    /** Hashes of reviewed compose files, or null for every file that passes the lint. */
    composeHashes: z.array(sha256).nullable(),
    lint: z.boolean(),
    /**
     * Who composes the app-compose file. Phala Cloud composes it itself and cannot write
     * `key_provider_id` or `secure_time`. The boot log then names the KMS (`key.custody`), and the
     * clock depends on the host. The default is `dstack-vmm`, which takes a file unchanged.
     */
    platform: z.enum(PLATFORMS).exactOptional(),
    /**
     * Accepted values of TLS_MODE in the measured file, in which an absent one means `off`. With
     * `acme` alone, the service ends TLS with a key that is made in the machine. The default accepts
     * every value.
     */
    tlsModes: z.array(z.enum(TLS_MODES)).min(1).exactOptional(),
    /** SHA-256 of reviewed pre-launch scripts. */
    preLaunchScripts: z.array(sha256),
    /** Names of environment values that may come from outside. */
    allowedEnvs: z.array(z.string()),
    appIds: z.array(hexOf(20)).nullable(),
    instanceIds: z.array(hexOf(20)).nullable(),
    /** Names of events that a container may write after the boot. */
    laterEvents: z.array(z.string()),
  }),
  keys: z.strictObject({
    /** Compressed secp256k1 keys (33 bytes) that may have issued the application's key. */
    kmsRoots: z.array(hexOf(33)),
    /** Key providers as the boot log names them. */
    keyProviders: z.array(z.strictObject({ name: z.string(), id: z.string() })),
    /** Whether to accept an application key that no KMS vouches for. Only for development. */
    allowNoKms: z.boolean(),
  }),
  statement: z.strictObject({
    /** The maximum age of a statement in seconds. */
    maxAgeS: z.number().int().positive(),
    /** Each setting with its accepted values, in the encoding of the statement. */
    config: z.record(z.string(), z.array(z.json())),
    /** Whether every relevant setting must be a literal of the measured compose file. */
    measured: z.boolean(),
  }),
  /**
   * What must hold for a live service: `bound` to the TLS connection, the attested `certificate`, or
   * neither (`reported`, the default, for services behind a gateway that ends TLS).
   */
  channel: z.enum(['bound', 'certificate', 'reported']).exactOptional(),
  /**
   * Whether CAA records must let the `account` of the statement alone obtain certificates for the
   * name, or are only `reported` (the default).
   */
  caa: z.enum(['account', 'reported']).exactOptional(),
  governance: z.strictObject({
    required: z.boolean(),
    /** The maximum age of the saved facts in seconds. */
    maxAgeS: z.number().int().positive(),
    /** Owners (addresses or names) who may allow a compose hash. */
    owners: z.array(z.string()),
    /** Seconds that must pass between a proposal and its effect. */
    minDelayS: z.number().int().nonnegative(),
  }),
});

/** A policy. */
export type Policy = z.infer<typeof policySchema>;
