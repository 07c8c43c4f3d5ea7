/**
 * Judges the group `image` by registers that were recomputed from the witness of a listed image.
 */
import { judge } from '../attempt.js';
import { hex } from '../bytes.js';
import type { CheckResult } from '../check.js';
import type { TdReport } from '../evidence/tdx-quote.js';
import type { Policy } from '../policy/policy.js';
import type { ImageWitness } from './image-witness.js';
import type { KnownImage } from './known-images.js';
import {
  recomputeRegisters,
  type AcpiDigests,
  type RecomputedRegisters,
} from './recomputed-registers.js';

/** What the machine shows of a listed image. */
export type Witnessed = {
  readonly witness: ImageWitness;
  /** Undefined if the log has no digests of ACPI tables. */
  readonly acpi: AcpiDigests | undefined;
};

type ImageRule = Policy['image'];

const OTHER = ['another measurement than the image has'];

/** Whether the policy lists these ACPI tables. */
const isShapeAccepted = (acpi: AcpiDigests | undefined, { acpiTables = [] }: ImageRule): boolean =>
  acpiTables.some(
    ({ loader, rsdp, tables }) =>
      loader === acpi?.loader && rsdp === acpi.rsdp && tables === acpi.tables,
  );

function judgeRtmr0(
  rtmr0: string,
  expected: RecomputedRegisters['rtmr0'],
  acpi: AcpiDigests | undefined,
  rule: ImageRule,
): CheckResult {
  const id = 'measurement.rtmr0';
  if ('problem' in expected) {
    return judge(id, rtmr0, 'the recomputed value', [`not recomputed: ${expected.problem}`]);
  }
  const shape = `ACPI tables ${acpi?.loader.slice(0, 16)}, ${acpi?.rsdp.slice(0, 16)}, ${acpi?.tables.slice(0, 16)}`;
  return judge(id, rtmr0, `${expected.value} with ${shape}`, [
    ...(rtmr0 === expected.value ? [] : OTHER),
    ...(isShapeAccepted(acpi, rule) ? [] : ['the policy does not list these ACPI tables']),
  ]);
}

/** Judges `measurement.mrtd`, `.rtmr0`, `.rtmr1`, `.rtmr2` and `.os-image`, in this order. */
export function judgeRecomputed(
  { mrTd, rtmrs }: TdReport,
  { witness, acpi }: Witnessed,
  rule: ImageRule,
  known: readonly KnownImage[],
): readonly CheckResult[] {
  const expected = recomputeRegisters(witness, acpi);
  const [mrtd, rtmr0] = [hex(mrTd), hex(rtmrs[0])];
  const [rtmr1, rtmr2] = [hex(rtmrs[1]), hex(rtmrs[2])];
  const ofImage = [
    judge(
      'measurement.mrtd',
      mrtd,
      expected.mrtd.join(' or '),
      expected.mrtd.includes(mrtd) ? [] : OTHER,
    ),
    judge('measurement.rtmr1', rtmr1, expected.rtmr1, rtmr1 === expected.rtmr1 ? [] : OTHER),
    judge('measurement.rtmr2', rtmr2, expected.rtmr2, rtmr2 === expected.rtmr2 ? [] : OTHER),
  ] as const;
  const runs = ofImage.every(({ status }) => status === 'pass');
  const [ofFirmware, ofKernel, ofSystem] = ofImage;
  return [
    ofFirmware,
    judgeRtmr0(rtmr0, expected.rtmr0, acpi, rule),
    ofKernel,
    ofSystem,
    judgeOsImage(witness, runs, rule, known),
  ];
}

function judgeOsImage(
  { osImageHash, memoryBytes }: ImageWitness,
  runs: boolean,
  rule: ImageRule,
  known: readonly KnownImage[],
): CheckResult {
  const found = known.find((candidate) => candidate.osImageHash === osImageHash);
  const memory = `${Math.round(memoryBytes / 2 ** 20)} MiB of memory`;
  const measured = `${found?.name ?? 'an image'}, SHA-256 ${osImageHash}, recomputed for ${memory}`;
  const isDevelopment = found?.development === true && !rule.allowDevelopmentImages;
  return judge('measurement.os-image', measured, 'an image that the policy lists', [
    ...(runs ? [] : ['the machine runs another image']),
    ...(isDevelopment ? ['it is a development image'] : []),
  ]);
}
