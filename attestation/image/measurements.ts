/**
 * Judges the group `image`. The registers must be those of a tuple that the policy pins, with an
 * image in the table of known images. If they are not, and the machine shows the witness of an
 * image whose hash the policy lists, they must be the recomputed ones.
 */
import { judge, skipped } from '../attempt.js';
import { EvidenceError, type CheckResult } from '../check.js';
import { parseEventLog } from '../evidence/event-log.js';
import type { TdReport } from '../evidence/tdx-quote.js';
import type { VerifiedQuote } from '../evidence/verify-quote.js';
import type { Policy } from '../policy/policy.js';
import type { KnownImage } from './known-images.js';
import { hex } from '../bytes.js';
import { findImageWitness, type ImageWitness } from './image-witness.js';
import { judgeRecomputed } from './judge-recomputed.js';
import { findAcpiDigests, type AcpiDigests } from './recomputed-registers.js';

const REGISTERS = ['mrtd', 'rtmr0', 'rtmr1', 'rtmr2'] as const;
type Register = (typeof REGISTERS)[number];
type Tuple = Policy['image']['measurements'][number];

function readRegisters({ mrTd, rtmrs }: TdReport): Readonly<Record<Register, string>> {
  return { mrtd: hex(mrTd), rtmr0: hex(rtmrs[0]), rtmr1: hex(rtmrs[1]), rtmr2: hex(rtmrs[2]) };
}

/**
 * Returns the pinned tuple with the most registers in common. All registers must match the same
 * tuple.
 */
function findClosest(
  tuples: readonly Tuple[],
  measured: Readonly<Record<Register, string>>,
): Tuple | undefined {
  const inCommon = (tuple: Tuple): number =>
    REGISTERS.filter((register) => tuple[register] === measured[register]).length;
  return tuples.toSorted((a, b) => inCommon(b) - inCommon(a))[0];
}

function judgeRegisters(report: TdReport, tuples: readonly Tuple[]): readonly CheckResult[] {
  const measured = readRegisters(report);
  const closest = findClosest(tuples, measured);
  return REGISTERS.map((register) => {
    const id = `measurement.${register}`;
    if (closest === undefined) {
      return judge(id, measured[register], 'an image that the policy pins', [
        'the policy pins no image',
      ]);
    }
    const expected = `${closest[register]} (${closest.name})`;
    const same = measured[register] === closest[register];
    return judge(id, measured[register], expected, same ? [] : ['another measurement']);
  });
}

function judgeOsImage(
  report: TdReport,
  { image: rule }: Policy,
  known: readonly KnownImage[],
): CheckResult {
  const id = 'measurement.os-image';
  const expected = rule.allowDevelopmentImages
    ? 'a known image that the policy accepts'
    : 'a known production image that the policy accepts';
  const rtmr2 = hex(report.rtmrs[2]);
  const image = known.find((candidate) => candidate.rtmr2 === rtmr2);
  if (image === undefined)
    return judge(id, 'register 2', expected, ['it belongs to no known image']);
  const { name, osImageHash, development } = image;
  const accepted = osImageHash !== null && rule.osImages.includes(osImageHash);
  return judge(id, `${name}, SHA-256 ${osImageHash ?? 'not known'}`, expected, [
    ...(development && !rule.allowDevelopmentImages ? ['it is a development image'] : []),
    ...(accepted ? [] : ['the policy does not accept its hash']),
  ]);
}

/** What a machine shows of its image besides the quote. */
export type ImageClaims = {
  /** The agent's `vm_config`, which has the witness. */
  readonly vmConfig?: string | undefined;
  /** The text of the event log, which has the digests of the ACPI tables. */
  readonly eventLog?: string | undefined;
};

/** Judges `measurement.mrtd`, `.rtmr0`, `.rtmr1`, `.rtmr2` and `.os-image`, in this order. */
export function judgeImage(
  quote: VerifiedQuote | undefined,
  policy: Policy,
  known: readonly KnownImage[],
  claims: ImageClaims = {},
): readonly CheckResult[] {
  if (quote === undefined) {
    return [...REGISTERS, 'os-image'].map((name) =>
      skipped(`measurement.${name}`, 'the quote is not verified'),
    );
  }
  const tuples = policy.image.measurements;
  const pinned = judgeRegisters(quote.report, tuples);
  const witness = readWitness(claims);
  if (witness instanceof EvidenceError) {
    return [...pinned, judge(witness.check, 'a witness', 'a genuine one', [witness.reason])];
  }
  const isPinned = pinned.every(({ status }) => status === 'pass');
  const isListed = witness !== undefined && policy.image.osImages.includes(witness.osImageHash);
  if (isListed && !isPinned) {
    return judgeRecomputed(quote.report, { witness, acpi: readAcpi(claims) }, policy.image, known);
  }
  return [...pinned, judgeOsImage(quote.report, policy, known)];
}

function readWitness({ vmConfig }: ImageClaims): ImageWitness | EvidenceError | undefined {
  try {
    return findImageWitness(vmConfig);
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
}

/** Another check judges a log that cannot be read. */
function readAcpi({ eventLog = '[]' }: ImageClaims): AcpiDigests | undefined {
  try {
    return findAcpiDigests(parseEventLog(eventLog));
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}
