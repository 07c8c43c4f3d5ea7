/**
 * Judges the report of the quoting enclave (SGX report body, 384 bytes) against the identity that
 * Intel signed.
 *
 * | offset | bytes | field      |
 * | ------ | ----- | ---------- |
 * | 16     | 4     | MISCSELECT |
 * | 48     | 16    | ATTRIBUTES |
 * | 128    | 32    | MRSIGNER   |
 * | 256    | 2     | ISVPRODID  |
 * | 258    | 2     | ISVSVN     |
 */
import type { CheckResult } from '../check.js';
import type { QeIdentity } from '../evidence/qe-identity.js';
import { judgeLevel, type LevelRule } from './judge-level.js';
import { isMasked } from './masked.js';
import { findSvnLevel, isSvnStatus, type LevelFinding } from './tcb-level.js';

const ID = 'tcb.qe-status';
const DEBUG = 0x02;

const u16 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

function identityWrongs(report: Uint8Array, identity: QeIdentity): readonly string[] {
  const attributes = report.subarray(48, 64);
  const signer = Buffer.from(report.subarray(128, 160)).toString('hex');
  const { miscselect, miscselectMask, attributesMask } = identity;
  const wrongs: readonly (readonly [boolean, string])[] = [
    [isMasked(report.subarray(16, 20), miscselect, miscselectMask), 'another MISCSELECT'],
    [isMasked(attributes, identity.attributes, attributesMask), 'other ATTRIBUTES'],
    [((attributes[0] ?? DEBUG) & DEBUG) === 0, 'debugging is allowed'],
    [signer === identity.mrsigner.toLowerCase(), 'another MRSIGNER'],
    [u16(report, 256) === identity.isvprodid, 'another ISVPRODID'],
  ];
  return wrongs.filter(([right]) => !right).map(([, wrong]) => wrong);
}

const levelOf = (qeReport: Uint8Array, identity: QeIdentity): LevelFinding | undefined =>
  findSvnLevel(identity.tcbLevels, u16(qeReport, 258));

/**
 * Returns the level of the quoting enclave's SVN. Returns undefined if the SVN is below every
 * level, or if the level has a status that Intel does not define for quoting enclaves.
 */
export function findQeLevel(qeReport: Uint8Array, identity: QeIdentity): LevelFinding | undefined {
  const level = levelOf(qeReport, identity);
  return level === undefined || !isSvnStatus(level) ? undefined : level;
}

/** Judges `tcb.qe-status`. */
export function judgeQe(qeReport: Uint8Array, identity: QeIdentity, rule: LevelRule): CheckResult {
  const level = levelOf(qeReport, identity);
  const isKnown = level === undefined || isSvnStatus(level);
  return judgeLevel(ID, level, rule, [
    ...identityWrongs(qeReport, identity),
    ...(isKnown ? [] : ['quoting enclaves cannot have this status']),
  ]);
}
