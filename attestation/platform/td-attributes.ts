/** Judges the attributes of the virtual machine that the TDX module reports, by allow-list. */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { TdReport } from '../evidence/tdx-quote.js';
import { hex } from '../bytes.js';

const DEBUG_BITS = 0xffn;
const SEPT_VE_DISABLE = 1n << 28n;
/** The attributes and extended features of every genuine dstack quote seen so far. */
const ALLOWED_ATTRIBUTES = SEPT_VE_DISABLE;
const ALLOWED_XFAM = 0x6_02e7n;

const littleEndian = (bytes: Uint8Array): bigint => Buffer.from(bytes).readBigUInt64LE();
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/**
 * Judges `td.attributes`. No debug bit may be set, SEPT_VE_DISABLE must be set (so that a host
 * cannot inject faults unnoticed), no attribute or extended feature outside the lists is allowed,
 * and there must be no owner, owner configuration or service TD (TD 1.5) that could influence the
 * machine.
 */
export function judgeTdAttributes(report: TdReport): CheckResult {
  const attributes = littleEndian(report.tdAttributes);
  const xfam = littleEndian(report.xfam);
  const rules: readonly (readonly [boolean, string])[] = [
    [(attributes & DEBUG_BITS) === 0n, 'debugging is allowed'],
    [(attributes & SEPT_VE_DISABLE) !== 0n, 'SEPT_VE_DISABLE is not set'],
    [(attributes & ~(ALLOWED_ATTRIBUTES | DEBUG_BITS)) === 0n, 'an attribute is not allowed'],
    [(xfam & ~ALLOWED_XFAM) === 0n, 'an extended feature is not allowed'],
    [isZero(report.mrOwner), 'mrowner is set'],
    [isZero(report.mrOwnerConfig), 'mrownerconfig is set'],
    [report.mrServiceTd === undefined || isZero(report.mrServiceTd), 'mrservicetd is set'],
  ];
  const wrongs = rules.filter(([right]) => !right).map(([, wrong]) => wrong);
  const measured = `attributes ${hex(report.tdAttributes)}, xfam ${hex(report.xfam)}`;
  return judge(
    'td.attributes',
    measured,
    'attributes 0000001000000000, xfam e702060000000000',
    wrongs,
  );
}
