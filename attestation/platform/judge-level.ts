import type { CheckResult } from '../check.js';
import { judge } from '../attempt.js';
import type { TcbStatus } from '../evidence/signed-json.js';
import type { Policy } from '../policy/policy.js';
import type { LevelFinding } from './tcb-level.js';

const DAY_MS = 86_400_000;

/** The rule by which a level is judged. */
export type LevelRule = {
  readonly allowed: readonly TcbStatus[];
  readonly graceDays: number;
  /** Advisories that an accepted status may list, or null for any. */
  readonly advisories: readonly string[] | null;
  readonly atMs: number;
};

/** Returns the rule of a policy for one of its lists of statuses. */
export function levelRule(
  { tcb }: Policy,
  list: 'statuses' | 'qeStatuses' | 'moduleStatuses',
  atMs: number,
): LevelRule {
  return { allowed: tcb[list], graceDays: tcb.graceDays, advisories: tcb.advisories, atMs };
}

/**
 * Returns whether the status is OutOfDate and the days of grace since the first higher level have
 * not passed.
 */
function isInGrace(
  { status, replacedAtMs }: LevelFinding,
  { graceDays, atMs }: LevelRule,
): boolean {
  if (status !== 'OutOfDate' || replacedAtMs === undefined || graceDays === 0) return false;
  return atMs <= replacedAtMs + graceDays * DAY_MS;
}

/** Judges a level by a rule. `wrongs` lists further problems. Revoked always fails. */
export function judgeLevel(
  id: string,
  finding: LevelFinding | undefined,
  rule: LevelRule,
  wrongs: readonly string[] = [],
): CheckResult {
  const expected = `one of ${rule.allowed.join(', ')}`;
  if (finding === undefined) {
    return judge(id, 'no level matches', expected, ['below every known level', ...wrongs]);
  }
  const { status, advisories, tcbDate } = finding;
  const graced = isInGrace(finding, rule);
  const accepted = status !== 'Revoked' && (rule.allowed.includes(status) || graced);
  const unknown = advisories.filter((name) => rule.advisories?.includes(name) === false);
  const measured = [
    `${status} (level of ${tcbDate.slice(0, 10)})`,
    ...(advisories.length === 0 ? [] : [`advisories ${advisories.join(', ')}`]),
    ...(graced ? ['within the days of grace'] : []),
  ].join('; ');
  return judge(id, measured, expected, [
    ...(accepted ? [] : ['the status is not accepted']),
    ...(unknown.length === 0 ? [] : [`not accepted: ${unknown.join(', ')}`]),
    ...wrongs,
  ]);
}
