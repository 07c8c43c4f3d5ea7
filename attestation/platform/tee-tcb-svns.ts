/**
 * The TEE TCB SVNs of a report (16 bytes each). TD 1.0 has one. TD 1.5 has two, because a host can
 * update the TDX module under a running machine: `tee_tcb_svn` is the module at launch and
 * `tee_tcb_svn2` the current one. The worse counts, because both modules have had control of the
 * machine.
 */
import type { CheckResult } from '../check.js';
import type { TdReport } from '../evidence/tdx-quote.js';

type TeeTcbSvns = { readonly when: 'at launch' | 'now'; readonly svns: Uint8Array };

/** Returns the SVNs at launch and, in a TD 1.5 report, the current ones. */
export function teeTcbSvnsOf({ teeTcbSvn, teeTcbSvn2 }: TdReport): readonly TeeTcbSvns[] {
  const atLaunch: TeeTcbSvns = { when: 'at launch', svns: teeTcbSvn };
  return teeTcbSvn2 === undefined ? [atLaunch] : [atLaunch, { when: 'now', svns: teeTcbSvn2 }];
}

type Judged = { readonly when: string; readonly result: CheckResult };

/**
 * Combines results of one check at several times. The combined result fails if any of them fails,
 * and contains what each of them measured.
 */
export function judgeEach(judged: readonly Judged[]): CheckResult {
  const [first, ...others] = judged;
  if (first === undefined) throw new TypeError('there is nothing to judge');
  if (others.length === 0) return first.result;
  const measured = judged.map(({ when, result }) => `${when} ${result.measured ?? ''}`).join('; ');
  const status = judged.every(({ result }) => result.status === 'pass') ? 'pass' : 'fail';
  return { ...first.result, status, measured };
}
