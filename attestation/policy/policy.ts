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

/**
 * Who ends TLS: a gateway, the service with files, or with a certificate that it obtains itself.
 */
const TLS_MODES = ['off', 'files', 'acme'] as const;
/** A value of the setting TLS_MODE. */
export type TlsMode = (typeof TLS_MODES)[number];

/** Rules of Intel's formats that a policy may relax for evidence under a test root. */
export const RELAXABLE_RULES = ['tcb-signer-name', 'pck-tcb-members'] as const;

/** An address of a chain. */
const chainAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

/** What facts that were read from a chain must show (`governance`, or `--rpc`). */
const chainDemands = z.strictObject({
  chainIds: z.array(z.number().int().positive()).min(1),
  /** How many RPC providers must have agreed. */
  minProviders: z.number().int().min(1).max(2),
  /**
   * How many people must sign for the owner: 1 for an account, the threshold of a Safe without
   * modules. A timelock is judged by its delay instead (`minDelayS`), and any other contract counts
   * as none.
   */
  minSigners: z.number().int().nonnegative(),
  /** Who may replace the rules of the application's contract. */
  mayUpgrade: z.array(z.enum(['nobody', 'owner', 'admin', 'beacon'])).min(1),
  /** Whether any device may run the application. */
  anyDevice: z.boolean(),
  /**
   * Keccak-256 of the reviewed code of every contract that decides (proxies, implementations,
   * owners, and the code of Safes), or null for any.
   */
  code: z.array(sha256).nullable(),
  /** What the facts of the KMS must show, or null if they need not be there. */
  kms: z
    .strictObject({
      addresses: z.array(chainAddress),
      owners: z.array(chainAddress),
      minSigners: z.number().int().nonnegative(),
      /** Seconds that must pass before the owner of the KMS can change its rules. */
      minDelayS: z.number().int().nonnegative(),
      /** Every OS image that the KMS may allow (SHA-256), or null for any. */
      osImages: z.array(sha256).nullable(),
    })
    .nullable(),
});

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
    /**
     * Accepted hashes of OS images (SHA-256). If a machine shows the witness of one of them (dstack
     * 0.6 or newer), its registers must be the recomputed ones, and `measurements` may be empty.
     */
    osImages: z.array(sha256),
    /**
     * Accepted ACPI tables (SHA-384), for images whose registers are recomputed. They depend on the
     * shape of the machine and on the host's QEMU, and the kernel executes them.
     */
    acpiTables: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          loader: measurement,
          rsdp: measurement,
          tables: measurement,
        }),
      )
      .exactOptional(),
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
     * `acme` alone, the service ends TLS with a key that is made in the machine. The default
     * accepts every value.
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
  /**
   * Who must have built the images: a workflow of GitHub that signed a provenance (SLSA) with
   * Sigstore. Absent if the build is not judged.
   */
  source: z
    .strictObject({
      repository: z
        .string()
        .regex(
          /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/,
          'must be https://github.com/OWNER/NAME',
        ),
      /** The path of the workflow in the repository. */
      workflow: z
        .string()
        .regex(/^\.github\/workflows\/[\w.-]+\.ya?ml$/, 'must be .github/workflows/NAME.yml'),
      /** Commits that were reviewed. They contain the workflow as well. */
      commits: z.array(hexOf(20)).min(1),
      /** Who issued the token of the workflow. The default is GitHub's own service. */
      issuer: z.url({ protocol: /^https$/ }).exactOptional(),
    })
    .exactOptional(),
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
   * What must hold for a live service: `bound` to the TLS connection, the attested `certificate`,
   * or neither (`reported`, the default, for services behind a gateway that ends TLS).
   */
  channel: z.enum(['bound', 'certificate', 'reported']).exactOptional(),
  /**
   * Whether CAA records must let the `account` of the statement alone obtain certificates for the
   * name, or are only `reported` (the default).
   */
  caa: z.enum(['account', 'reported']).exactOptional(),
  governance: z.strictObject({
    required: z.boolean(),
    /** The maximum age of the facts in seconds: since they were typed, or since their block. */
    maxAgeS: z.number().int().positive(),
    /** Owners (addresses or names) who may allow a compose hash. */
    owners: z.array(z.string()),
    /** Seconds that must pass between a proposal to the application's owner and its effect. */
    minDelayS: z.number().int().nonnegative(),
    /** The default accepts typed facts as well. */
    chain: chainDemands.exactOptional(),
  }),
});

/** A policy. */
export type Policy = z.infer<typeof policySchema>;
