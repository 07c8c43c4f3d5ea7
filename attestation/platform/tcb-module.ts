/** The TDX module that made the report: Intel's by signer and attributes, and its SVN by the levels of its version. */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { TcbInfo } from '../evidence/tcb-info.js';
import type { TdReport } from '../evidence/tdx-quote.js';
import { judgeLevel, type LevelRule } from './judge-level.js';
import { isMasked } from './masked.js';
import { findSvnLevel } from './tcb-level.js';

const ID = 'tcb.module';
const EXPECTED = "Intel's module, of a version that the TCB information knows";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type ModuleIdentity = TcbInfo['tdxModule'];

function identityWrongs(identity: ModuleIdentity, report: TdReport): readonly string[] {
  const signer = hex(report.mrSignerSeam) === identity.mrsigner.toLowerCase();
  const attributes = isMasked(report.seamAttributes, identity.attributes, identity.attributesMask);
  return [
    ...(signer ? [] : ['mrsignerseam is not that of the module']),
    ...(attributes ? [] : ['seamattributes are not those of the module']),
  ];
}

/**
 * `tee_tcb_svn` names the module: its second byte is the version (0: judged by `tdxModule` alone, its SVN with the
 * platform's), its first the SVN; identity `TDX_01` is that of version 1.
 */
export function judgeModule(tcbInfo: TcbInfo, report: TdReport, rule: LevelRule): CheckResult {
  const [svn = 0, version = 0] = report.teeTcbSvn;
  if (version === 0) {
    const wrongs = identityWrongs(tcbInfo.tdxModule, report);
    return judge(ID, `version 0, SVN ${svn}, judged with the platform`, EXPECTED, wrongs);
  }
  const name = `TDX_${hex(Uint8Array.of(version)).toUpperCase()}`;
  const named = (tcbInfo.tdxModuleIdentities ?? []).filter(({ id }) => id === name);
  const [identity] = named;
  if (identity === undefined || named.length > 1) {
    return judge(ID, `${name}, SVN ${svn}`, EXPECTED, ['its identity is not there once']);
  }
  const wrongs = identityWrongs(identity, report);
  const result = judgeLevel(ID, findSvnLevel(identity.tcbLevels, svn), rule, wrongs);
  return { ...result, measured: `${name}, SVN ${svn}: ${result.measured ?? ''}` };
}
