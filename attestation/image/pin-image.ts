/**
 * Pins the image that a bundle shows: by its hash if the registers follow from it, and by the
 * registers themselves otherwise. Nothing of it is judged.
 */
import { hex } from '../bytes.js';
import { EvidenceError } from '../check.js';
import type { BootFacts, LogEvent } from '../evidence/event-log.js';
import type { TdReport } from '../evidence/tdx-quote.js';
import type { Policy } from '../policy/policy.js';
import { findImageWitness, type ImageWitness } from './image-witness.js';
import { judgeRecomputed } from './judge-recomputed.js';
import { findAcpiDigests } from './recomputed-registers.js';

/** What a bundle shows of its image. */
export type ShownImage = {
  readonly report: TdReport;
  readonly vmConfig: string | undefined;
  readonly log: readonly LogEvent[];
  readonly boot: BootFacts;
};

/** Returns the section of a policy. `name` describes when the bundle was made. */
export function pinImage(shown: ShownImage, name: string): Policy['image'] {
  const { report, vmConfig, log, boot } = shown;
  const [rtmr0, rtmr1, rtmr2] = report.rtmrs.map(hex);
  const registers = {
    mrtd: hex(report.mrTd),
    rtmr0: rtmr0 ?? '',
    rtmr1: rtmr1 ?? '',
    rtmr2: rtmr2 ?? '',
  };
  const pinned = {
    measurements: [{ name, ...registers }],
    osImages: boot.osImageHash === undefined ? [] : [hex(boot.osImageHash)],
    allowDevelopmentImages: false,
  };
  const [witness, acpi] = [readWitness(vmConfig), findAcpiDigests(log)];
  if (witness === undefined || acpi === undefined) return pinned;
  const byHash = {
    measurements: [],
    osImages: [witness.osImageHash],
    acpiTables: [{ name, ...acpi }],
    allowDevelopmentImages: false,
  };
  const follows = judgeRecomputed(report, { witness, acpi }, byHash, []);
  return follows.every(({ status }) => status === 'pass') ? byHash : pinned;
}

function readWitness(vmConfig: string | undefined): ImageWitness | undefined {
  try {
    return findImageWitness(vmConfig);
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}
