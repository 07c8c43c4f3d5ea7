/** Which machine it is: the PPID of its PCK certificate, which lasts as long as the machine. */
import { judge } from '../attempt.js';
import type { CheckResult } from '../check.js';
import type { PckPlatform } from '../evidence/pck-extension.js';
import type { Policy } from '../policy/policy.js';

/** `platform.identity`: the machine is one of the policy's, and has no flag that the policy refuses. */
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
