/**
 * Judges the TDX module of a machine: Intel's signer and attributes, and the SVN by the levels of
 * the module's version.
 */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { TcbInfo } from '../evidence/tcb-info.js';
import type { TdReport } from '../evidence/tdx-quote.js';
import { judgeLevel, type LevelRule } from './judge-level.js';
import { isMasked } from './masked.js';
import { judgeEach, teeTcbSvnsOf } from './tee-tcb-svns.js';
import { findSvnLevel, isSvnStatus, type LevelFinding } from './tcb-level.js';
import { hex } from '../bytes.js';

const ID = 'tcb.module';
const EXPECTED = "Intel's module, of a version that the TCB information knows";

type ModuleIdentity = TcbInfo['tdxModule'];

function identityWrongs(identity: ModuleIdentity, report: TdReport): readonly string[] {
  const signer = hex(report.mrSignerSeam) === identity.mrsigner.toLowerCase();
  const attributes = isMasked(report.seamAttributes, identity.attributes, identity.attributesMask);
  return [
    ...(signer ? [] : ['mrsignerseam is not that of the module']),
    ...(attributes ? [] : ['seamattributes are not those of the module']),
  ];
}

type ModuleName = {
  readonly svn: number;
  /**
   * For version 0, `tdxModule` alone judges the module, and the SVN is judged with the platform.
   */
  readonly version: number;
  /** For example, `TDX_01` is the identity of version 1. */
  readonly id: string;
};

/**
 * Returns the module of a TEE TCB SVN, whose first byte is the SVN and whose second byte is the
 * version.
 */
function nameOf([svn = 0, version = 0]: Uint8Array): ModuleName {
  return { svn, version, id: `TDX_${hex(Uint8Array.of(version)).toUpperCase()}` };
}

/**
 * Returns the identity of a module of version 1 or above, or undefined unless it occurs exactly
 * once.
 */
function findIdentity({ tdxModuleIdentities = [] }: TcbInfo, { id }: ModuleName) {
  const named = tdxModuleIdentities.filter((identity) => identity.id === id);
  return named.length === 1 ? named[0] : undefined;
}

/**
 * Returns the level of the module that a TEE TCB SVN names, or undefined if the module is unknown
 * or below every level. A module of version 0 has no level of its own: `with-platform`.
 */
export function findModuleLevel(
  tcbInfo: TcbInfo,
  teeTcbSvn: Uint8Array,
): LevelFinding | 'with-platform' | undefined {
  const name = nameOf(teeTcbSvn);
  if (name.version === 0) return 'with-platform';
  const level = findSvnLevel(findIdentity(tcbInfo, name)?.tcbLevels ?? [], name.svn);
  return level === undefined || !isSvnStatus(level) ? undefined : level;
}

/**
 * Judges `tcb.module` for the module at launch and, in a TD 1.5 report, for the current one. The
 * worse counts.
 */
export function judgeModule(tcbInfo: TcbInfo, report: TdReport, rule: LevelRule): CheckResult {
  return judgeEach(
    teeTcbSvnsOf(report).map(({ when, svns }) => ({
      when,
      result: judgeOne(tcbInfo, report, svns, rule),
    })),
  );
}

function judgeOne(
  tcbInfo: TcbInfo,
  report: TdReport,
  teeTcbSvn: Uint8Array,
  rule: LevelRule,
): CheckResult {
  const name = nameOf(teeTcbSvn);
  const { svn, version, id } = name;
  if (version === 0) {
    const wrongs = identityWrongs(tcbInfo.tdxModule, report);
    return judge(ID, `version 0, SVN ${svn}, judged with the platform`, EXPECTED, wrongs);
  }
  const identity = findIdentity(tcbInfo, name);
  if (identity === undefined) {
    return judge(ID, `${id}, SVN ${svn}`, EXPECTED, ['its identity does not occur exactly once']);
  }
  const level = findSvnLevel(identity.tcbLevels, svn);
  const isKnown = level === undefined || isSvnStatus(level);
  const wrongs = [
    ...identityWrongs(identity, report),
    ...(isKnown ? [] : ['modules cannot have this status']),
  ];
  const result = judgeLevel(ID, level, rule, wrongs);
  return { ...result, measured: `${id}, SVN ${svn}: ${result.measured ?? ''}` };
}
