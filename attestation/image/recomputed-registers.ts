/**
 * Recomputes the registers of a machine from the witness of its image. A register is the SHA-384
 * chain over the digests of its events, from zeros on.
 *
 * | register | events                                                                              |
 * | -------- | ----------------------------------------------------------------------------------- |
 * | MRTD     | none: the firmware's pages, in one of the two orders of QEMU                         |
 * | 0        | memory ranges, firmware variables, secure boot (5), separator, ACPI tables (3), boot order, first boot option |
 * | 1        | kernel, and what the firmware does with it                                          |
 * | 2        | command line of the kernel, initial file system                                     |
 *
 * The ACPI tables depend on the shape of the machine and on the version of QEMU, and not on the
 * image. Their digests are those of the log; the register confirms them, and the policy has to
 * accept them, because the kernel executes what they contain.
 */
import { EvidenceError, expect } from '../check.js';
import type { LogEvent } from '../evidence/event-log.js';
import { extendRegister, hex, sha384 } from '../bytes.js';
import type { ImageMeasurement, ImageWitness } from './image-witness.js';
import { measureTdHob } from './td-hob.js';

/** The digests of the ACPI tables that the host made, as lower-case hex. */
export type AcpiDigests = {
  readonly loader: string;
  readonly rsdp: string;
  readonly tables: string;
};

const SEPARATOR = sha384(new Uint8Array(4));

/** EV_PLATFORM_CONFIG_FLAGS, the type of an event about ACPI tables. */
const ACPI_EVENT = 10;

/** Returns the ACPI digests in a log, or undefined if it does not have exactly three. */
export function findAcpiDigests(log: readonly LogEvent[]): AcpiDigests | undefined {
  const [loader, rsdp, tables, ...more] = log
    .filter(({ imr, eventType }) => imr === 0 && eventType === ACPI_EVENT)
    .map(({ digest }) => digest);
  if (!loader || !rsdp || !tables || more.length > 0) return undefined;
  return { loader, rsdp, tables };
}

/** What the host decides beyond the image, as far as it is measured. */
type Surroundings = { readonly memoryBytes: number; readonly acpi: AcpiDigests };

/** A GUID in its binary form: the first three groups are little-endian. */
function encodeGuid(guid: string): Uint8Array {
  const [a = '', b = '', c = '', ...rest] = guid.split('-');
  const little = [a, b, c].map((group) => new Uint8Array(Buffer.from(group, 'hex')).toReversed());
  return Buffer.concat([...little, Buffer.from(rest.join(''), 'hex')]);
}

/** The digest of a variable of the firmware that has no contents (UEFI_VARIABLE_DATA). */
function measureVariable(guid: string, name: string): Uint8Array {
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64LE(BigInt(name.length));
  return sha384(encodeGuid(guid), lengths, Buffer.from(name, 'utf16le'));
}

const GLOBAL = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const SECURITY = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f';
/** Secure boot is off, and it knows no keys. */
const SECURE_BOOT = [
  measureVariable(GLOBAL, 'SecureBoot'),
  measureVariable(GLOBAL, 'PK'),
  measureVariable(GLOBAL, 'KEK'),
  measureVariable(SECURITY, 'db'),
  measureVariable(SECURITY, 'dbx'),
];

/**
 * Digests of OVMF as dstack builds it before its release 202505: empty variables, own boot option.
 */
const FIRMWARE_VARIABLES =
  '344bc51c980ba621aaa00da3ed7436f7d6e549197dfe699515dfa2c6583d95e6412af21c097d473155875ffd561d6790';
const BOOT_OPTION =
  '23ada07f5261f12f34a0bd8e46760962d6b4d576a416f1fea1c64bc656b1d28eacf7047ae6e967c58fd2a98bfa74c298';
const KNOWN_FIRMWARE = 'pre202505';

const digestOf = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** Recomputes register 0. Throws an EvidenceError of `measurement.rtmr0`. */
function recomputeRtmr0({ tdvf }: ImageMeasurement, { memoryBytes, acpi }: Surroundings): string {
  expect(
    tdvf.ovmf === KNOWN_FIRMWARE,
    'measurement.rtmr0',
    'the order of events of this firmware is not known',
  );
  return extendRegister([
    measureTdHob(tdvf.td_hob, memoryBytes),
    digestOf(FIRMWARE_VARIABLES),
    ...SECURE_BOOT,
    SEPARATOR,
    digestOf(acpi.loader),
    digestOf(acpi.rsdp),
    digestOf(acpi.tables),
    sha384(new Uint8Array(2)),
    digestOf(BOOT_OPTION),
  ]);
}

function recomputeRtmr1({ image }: ImageMeasurement): string {
  return extendRegister([
    image.kernel_authenticode,
    sha384('Calling EFI Application from Boot Option'),
    SEPARATOR,
    sha384('Exit Boot Services Invocation'),
    sha384('Exit Boot Services Returned with Success'),
  ]);
}

/**
 * The command line as the firmware measures it: with the initial file system, in UTF-16, and a
 * zero.
 */
const measureCommandLine = (text: string): Uint8Array =>
  sha384(Buffer.from(`${text} initrd=initrd\0`, 'utf16le'));

function recomputeRtmr2(measurement: ImageMeasurement): string {
  const { image } = measurement;
  const commandLine = 'cmdline' in image ? measureCommandLine(image.cmdline) : image.cmdline_sha384;
  return extendRegister([commandLine, image.initrd_sha384]);
}

/** The values that a machine with an image must have. */
export type RecomputedRegisters = {
  /** One of these two. */
  readonly mrtd: readonly [singlePass: string, twoPass: string];
  /** The value, or why it cannot be recomputed. */
  readonly rtmr0: { readonly value: string } | { readonly problem: string };
  readonly rtmr1: string;
  readonly rtmr2: string;
};

/** Recomputes the registers. `acpi` is undefined if the log does not have the digests. */
export function recomputeRegisters(
  { measurement, memoryBytes }: ImageWitness,
  acpi: AcpiDigests | undefined,
): RecomputedRegisters {
  const { single_pass: singlePass, two_pass: twoPass } = measurement.tdvf.mrtd;
  return {
    mrtd: [hex(singlePass), hex(twoPass)],
    rtmr0: attemptRtmr0(measurement, memoryBytes, acpi),
    rtmr1: recomputeRtmr1(measurement),
    rtmr2: recomputeRtmr2(measurement),
  };
}

function attemptRtmr0(
  measurement: ImageMeasurement,
  memoryBytes: number,
  acpi: AcpiDigests | undefined,
): RecomputedRegisters['rtmr0'] {
  if (acpi === undefined) return { problem: 'the log has no digests of ACPI tables' };
  try {
    return { value: recomputeRtmr0(measurement, { memoryBytes, acpi }) };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { problem: error.reason };
  }
}
