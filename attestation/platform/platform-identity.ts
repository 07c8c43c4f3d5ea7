/** Identifies the machine by the PPID of its PCK certificate, which is permanent. */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { PckPlatform } from '../evidence/pck-extension.js';
import type { Policy } from '../policy/policy.js';

/**
 * Judges `platform.identity`: the policy must list the machine, and must not refuse any of its
 * flags.
 */
export function judgeIdentity(platform: PckPlatform, { platform: rule }: Policy): CheckResult {
  const ppid = Buffer.from(platform.ppid).toString('hex');
  const flags = Object.entries(platform.flags).map(
    ([name, set]) => `${name} ${set ? 'yes' : 'no'}`,
  );
  const refused = rule.refuse.filter((name) => platform.flags[name] === true);
  return judge(
    'platform.identity',
    [`PPID ${ppid}`, ...flags].join(', '),
    rule.ppids === null ? 'any machine' : `one of ${rule.ppids.length} machines`,
    [
      ...(rule.ppids?.includes(ppid) === false ? ['the machine is not one of the known ones'] : []),
      ...refused.map((name) => `${name} is refused`),
    ],
  );
}
