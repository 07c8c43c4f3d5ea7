/**
 * The witness of an OS image: from dstack 0.6 on, `vm_config.tdx_measurement` carries what the
 * image measures as, so that its registers can be recomputed without the image.
 *
 * `checksum_file` is the image's `sha256sum.txt`, whose SHA-256 is the hash of the image.
 * `measurement` is its `measurement.tdx.cbor`, which that file names by SHA-256. A policy that
 * lists the hash of an image therefore lists its measurements too. The formats are those of
 * dstack's `dstack-types` (versions 3 and 4 of the measurement).
 */
import { decode } from '@ipld/dag-cbor';
import { z } from 'zod';
import { parseStrictJson } from '../application/strict-json.js';
import { sha256Hex } from '../bytes.js';
import { EvidenceError, expect } from '../check.js';
import { matchSchema } from '../schema/match-schema.js';

const CHECK = 'measurement.os-image';
const LIMITS = { maxBytes: 64 * 1024, maxDepth: 16 } as const;
const MEASUREMENT_FILE = 'measurement.tdx.cbor';

const base64 = z.base64().min(4).max(16_384);

const vmConfigSchema = z.object({
  os_image_hash: z.string().max(64).optional(),
  tdx_measurement: z.strictObject({ checksum_file: base64, measurement: base64 }).nullish(),
  /** In bytes. */
  memory_size: z.number().int().positive(),
});

const digest = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 48);
const witness = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= 512);

const firmware = z.strictObject({
  /** The order of events that the firmware measures into register 0. */
  ovmf: z.string().max(32),
  /** MRTD depends on the order in which QEMU adds pages: two passes in version 8, then one. */
  mrtd: z.strictObject({ single_pass: digest, two_pass: digest }),
  td_hob: witness,
});

const measurementSchema = z.discriminatedUnion('version', [
  z.strictObject({
    version: z.literal(3),
    image: z.strictObject({
      cmdline_sha384: digest,
      kernel_authenticode: digest,
      initrd_sha384: digest,
    }),
    tdvf: firmware,
  }),
  z.strictObject({
    version: z.literal(4),
    image: z.strictObject({
      cmdline: z.string().min(1).max(8_192),
      kernel_authenticode: digest,
      kernel_header_normalized: z.boolean().optional(),
      initrd_sha384: digest,
    }),
    tdvf: firmware,
  }),
]);

/** What an image measures as. */
export type ImageMeasurement = z.infer<typeof measurementSchema>;

/** A witness whose parts belong to the image of this hash. */
export type ImageWitness = {
  /** SHA-256 of the image's checksum file. */
  readonly osImageHash: string;
  readonly measurement: ImageMeasurement;
  /** The memory of the machine in bytes, a claim that register 0 confirms or refutes. */
  readonly memoryBytes: number;
};

const refuse = (reason: string, cause?: unknown): EvidenceError =>
  new EvidenceError(CHECK, reason, cause);

/**
 * Returns the witness in a configuration, or undefined if it has none, as with older images. Throws
 * an EvidenceError of `measurement.os-image` if the witness is malformed or its parts do not belong
 * together.
 */
export function findImageWitness(vmConfig: string | undefined): ImageWitness | undefined {
  const config = parseVmConfig(vmConfig);
  const { tdx_measurement: material, memory_size: memoryBytes } = config ?? {};
  if (config === undefined || !material || memoryBytes === undefined) return undefined;
  const checksumFile = Buffer.from(material.checksum_file, 'base64');
  const measurement = Buffer.from(material.measurement, 'base64');
  const osImageHash = sha256Hex(checksumFile);
  const claimed = config.os_image_hash ?? osImageHash;
  expect(claimed === osImageHash, CHECK, 'the witness is of another image than the claimed one');
  const named = findChecksum(checksumFile.toString('latin1'), MEASUREMENT_FILE);
  expect(
    named === sha256Hex(measurement),
    CHECK,
    'the measurements are not those that the image names',
  );
  return { osImageHash, measurement: parseMeasurement(measurement), memoryBytes };
}

function parseVmConfig(vmConfig: string | undefined): z.infer<typeof vmConfigSchema> | undefined {
  if (vmConfig === undefined || !vmConfig.includes('"tdx_measurement"')) return undefined;
  let untrusted: unknown;
  try {
    untrusted = parseStrictJson(vmConfig, LIMITS);
  } catch (cause) {
    throw refuse('the configuration of the machine is not strict JSON', cause);
  }
  const parsed = matchSchema(vmConfigSchema, untrusted);
  if (!parsed.success) throw refuse('the witness has another form', parsed.cause);
  return parsed.data;
}

/**
 * Returns the SHA-256 that a checksum file (`<hex>  <name>` on each line) states for a file. Throws
 * if it names the file twice.
 */
function findChecksum(text: string, name: string): string | undefined {
  const [hash, ...more] = text.split('\n').flatMap((line) => {
    const [, hex, named] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
    return named === name && hex !== undefined ? [hex] : [];
  });
  expect(more.length === 0, CHECK, 'the image names two files of measurements');
  return hash;
}

/** Parses `measurement.tdx.cbor`. Throws an EvidenceError of `measurement.os-image`. */
export function parseMeasurement(bytes: Uint8Array): ImageMeasurement {
  let untrusted: unknown;
  try {
    untrusted = decode(bytes);
  } catch (cause) {
    throw refuse('the measurements are not CBOR', cause);
  }
  const parsed = matchSchema(measurementSchema, untrusted);
  if (!parsed.success) throw refuse('the measurements have another form', parsed.cause);
  return parsed.data;
}
