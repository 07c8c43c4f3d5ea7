/**
 * `governance.upgrade`: who may allow other code to get the same keys. Nothing of this is in the evidence: an auditor saves
 * the facts from where the KMS keeps them (its contract, or its operator's word) into a file, and says when.
 */
import { z } from 'zod';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const governanceSchema = z.strictObject({
  version: z.literal(1),
  saved_at: z.iso.datetime(),
  app_id: z.string().regex(/^[0-9a-f]{40}$/),
  /** Where it was read: a chain and a block, or whose word it is. */
  source: z.string().max(500),
  kms: z.enum(['on-chain', 'operator']),
  /** Who may allow a compose hash. */
  owner: z.string().max(200),
  /** Seconds between a proposal and its effect. */
  delay_s: z.number().int().nonnegative(),
  compose_hashes_now: z.array(sha256),
  /** Every one that was ever allowed: each could have read the keys. */
  compose_hashes_ever: z.array(sha256),
  os_images: z.array(sha256),
  devices: z.string().max(500),
});

export type Governance = z.infer<typeof governanceSchema>;

export type MeasuredApplication = { readonly appId: string; readonly composeHash: string };

const HEADLINE = 'Whoever may allow a compose hash for this application can take every key.';

export function judgeGovernance(
  findings: Findings,
  governance: Governance | undefined,
  measured: MeasuredApplication | undefined,
  policy: Policy,
  atMs: number,
): void {
  if (governance === undefined || measured === undefined) {
    findings.headlines.push(HEADLINE);
    const { required } = policy.governance;
    if (!required) findings.judge('governance.upgrade', 'info', 'not looked at');
    else if (governance === undefined) {
      findings.judge('governance.upgrade', 'skip', 'no facts were given (--governance)');
    }
    return;
  }
  const problems = problemsOf(governance, measured, policy, atMs);
  const { owner, delay_s: delay, compose_hashes_ever: ever } = governance;
  const seen = `${governance.kms} KMS, owner ${owner}, delay ${delay} s, ${ever.length} compose hashes ever, as of ${governance.saved_at}`;
  if (problems.length === 0) findings.judge('governance.upgrade', 'pass', seen);
  else findings.judge('governance.upgrade', 'fail', `${problems.join('; ')} (${seen})`);
}

function problemsOf(
  governance: Governance,
  measured: MeasuredApplication,
  policy: Policy,
  atMs: number,
): readonly string[] {
  const { owners, minDelayS, maxAgeS } = policy.governance;
  const reviewed = policy.application.composeHashes;
  const ageMs = atMs - Date.parse(governance.saved_at);
  const unread = governance.compose_hashes_ever.filter(
    (hash) => reviewed?.includes(hash) === false,
  );
  const rows: readonly (readonly [boolean, string])[] = [
    [governance.app_id !== measured.appId, 'the facts are of another application'],
    [
      !governance.compose_hashes_now.includes(measured.composeHash),
      'the measured compose file is not allowed there',
    ],
    [
      !governance.compose_hashes_now.every((hash) => governance.compose_hashes_ever.includes(hash)),
      'what is allowed now is not among what ever was',
    ],
    [
      unread.length > 0,
      `${unread.length} compose files that could have read the keys were not reviewed`,
    ],
    [!owners.includes(governance.owner), 'the owner is not one that the policy names'],
    [governance.delay_s < minDelayS, `less than ${minDelayS} s pass before a change`],
    [ageMs > maxAgeS * 1_000 || ageMs < -60_000, `the facts are not of the last ${maxAgeS} s`],
  ];
  return rows.filter(([wrong]) => wrong).map(([, problem]) => problem);
}
