/** Faults in the registers that are recomputed from the hash of an image. */
import type { Mutant } from './mutant.js';

const FILE = 'test/attestation/recomputed-image.test.ts';
const EACH = `${FILE}: each register that is another one fails at its own check, and at the image if it is of the image`;
const SHAPE = `${FILE}: ACPI tables are those of the host, so register 0 passes only if the policy accepts them`;
const MATERIAL = `${FILE}: material that does not belong to the claimed image is refused`;
const GENUINE = `${FILE}: the registers of a genuine machine follow from the hash of its image`;
const RANGES = `${FILE}: a list of memory ranges that is cut off, too long, or overlapping is refused`;

const judging = 'attestation/image/judge-recomputed.ts';
const witness = 'attestation/image/image-witness.ts';
const hob = 'attestation/image/td-hob.ts';
const computing = 'attestation/image/recomputed-registers.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'image-of-another-firmware',
    file: judging,
    from: 'expected.mrtd.includes(mrtd) ? []',
    to: 'true ? []',
    killedBy: EACH,
  },
  {
    id: 'image-of-another-shape',
    file: judging,
    from: '...(rtmr0 === expected.value ? [] : OTHER),',
    to: '',
    killedBy: `${FILE}: a false size of the memory fails at register 0`,
  },
  {
    id: 'image-of-another-kernel',
    file: judging,
    from: 'rtmr1 === expected.rtmr1 ? []',
    to: 'true ? []',
    killedBy: EACH,
  },
  {
    id: 'image-of-another-system',
    file: judging,
    from: 'rtmr2 === expected.rtmr2 ? []',
    to: 'true ? []',
    killedBy: EACH,
  },
  {
    id: 'image-that-does-not-run',
    file: judging,
    from: "...(runs ? [] : ['the machine runs another image']),",
    to: '',
    killedBy: EACH,
  },
  {
    id: 'image-with-any-acpi-tables',
    file: judging,
    from: "...(isShapeAccepted(acpi, rule) ? [] : ['the policy does not list these ACPI tables']),",
    to: '',
    killedBy: SHAPE,
  },
  {
    id: 'image-with-some-acpi-tables',
    file: judging,
    from: 'loader === acpi?.loader && rsdp === acpi.rsdp && tables === acpi.tables',
    to: 'loader === acpi?.loader && rsdp === acpi.rsdp',
    killedBy: SHAPE,
  },
  {
    id: 'image-not-recomputed-passes',
    file: judging,
    from: '[`not recomputed: ${expected.problem}`]',
    to: '[]',
    killedBy: SHAPE,
  },
  {
    id: 'image-for-development',
    file: judging,
    from: "...(isDevelopment ? ['it is a development image'] : []),",
    to: '',
    killedBy: `${FILE}: a development image fails although its registers are recomputed`,
  },
  {
    id: 'image-that-nobody-lists',
    file: 'attestation/image/measurements.ts',
    from: ' && policy.image.osImages.includes(witness.osImageHash)',
    to: '',
    killedBy: `${FILE}: an image that the policy does not list is judged by pinned registers alone`,
  },
  {
    id: 'image-pinned-and-recomputed',
    file: 'attestation/image/measurements.ts',
    from: 'isListed && !isPinned',
    to: 'isListed',
    killedBy: `${FILE}: registers that the policy pins as a whole need no recomputation`,
  },
  {
    id: 'witness-of-another-image',
    file: witness,
    from: 'claimed === osImageHash',
    to: 'true',
    killedBy: MATERIAL,
  },
  {
    id: 'witness-of-other-measurements',
    file: witness,
    from: 'named === sha256Hex(measurement)',
    to: 'true',
    killedBy: MATERIAL,
  },
  {
    id: 'witness-named-twice',
    file: witness,
    from: 'more.length === 0',
    to: 'true',
    killedBy: MATERIAL,
  },
  {
    id: 'memory-ranges-overlap',
    file: hob,
    from: 'range.start >= from && range.end > range.start',
    to: 'true',
    killedBy: RANGES,
  },
  {
    id: 'memory-above-four-gibibytes',
    file: hob,
    from: 'const above = HIGH_START + memoryBytes - LOW_END;',
    to: 'const above = HIGH_START + memoryBytes;',
    killedBy: `${FILE}: register 0 of genuine machines with 64 GiB follows from the witness of the same firmware`,
  },
  {
    id: 'memory-ranges-cut-off',
    file: hob,
    from: "expect(weight === 1, CHECK, 'the witness is cut off');",
    to: '',
    killedBy: RANGES,
  },
  {
    id: 'firmware-of-any-order',
    file: computing,
    from: 'tdvf.ovmf === KNOWN_FIRMWARE',
    to: 'true',
    killedBy: `${FILE}: firmware whose events are not known leaves register 0 without a value`,
  },
  {
    id: 'command-line-without-initrd',
    file: computing,
    from: '${text} initrd=initrd\\0',
    to: '${text}\\0',
    killedBy: `${FILE}: the measurements of version 4 give the register that dstack publishes for them`,
  },
  {
    id: 'register-from-ones',
    file: 'attestation/bytes.ts',
    from: 'new Uint8Array(48)));',
    to: 'new Uint8Array(48).fill(1)));',
    killedBy: GENUINE,
  },
];
