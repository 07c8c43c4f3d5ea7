/**
 * `governance.upgrade`: who may allow other code to get the same keys. The evidence does not
 * contain this. An auditor saves the facts from their source (the KMS contract, or the operator's
 * statement) to a file, with the time.
 */
import { z } from 'zod';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The schema of the saved facts. */
export const governanceSchema = z.strictObject({
  version: z.literal(1),
  saved_at: z.iso.datetime(),
  app_id: z.string().regex(/^[0-9a-f]{40}$/),
  /** The source of the facts: a chain and a block, or the person who stated them. */
  source: z.string().max(500),
  kms: z.enum(['on-chain', 'operator']),
  /** Who may allow a compose hash. */
  owner: z.string().max(200),
  /** Seconds between a proposal and its effect. */
  delay_s: z.number().int().nonnegative(),
  compose_hashes_now: z.array(sha256),
  /** Every compose hash that was ever allowed, since each of them could have read the keys. */
  compose_hashes_ever: z.array(sha256),
  os_images: z.array(sha256),
  devices: z.string().max(500),
});

/** Saved facts about upgrades. */
export type Governance = z.infer<typeof governanceSchema>;

/** The application that was measured. */
export type MeasuredApplication = { readonly appId: string; readonly composeHash: string };

const HEADLINE = 'Anyone who may allow a compose hash for this application can take every key.';

/** Judges `governance.upgrade` by the saved facts. */
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
    if (!required) findings.judge('governance.upgrade', 'info', 'not examined');
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
    [governance.app_id !== measured.appId, 'the facts are about another application'],
    [
      !governance.compose_hashes_now.includes(measured.composeHash),
      'the measured compose file is not allowed there',
    ],
    [
      !governance.compose_hashes_now.every((hash) => governance.compose_hashes_ever.includes(hash)),
      'a compose hash that is allowed now is not among those ever allowed',
    ],
    [
      unread.length > 0,
      `${unread.length} compose files that could have read the keys were not reviewed`,
    ],
    [!owners.includes(governance.owner), 'the policy does not list the owner'],
    [governance.delay_s < minDelayS, `less than ${minDelayS} s pass before a change`],
    [ageMs > maxAgeS * 1_000 || ageMs < -60_000, `the facts are not from the last ${maxAgeS} s`],
  ];
  return rows.filter(([wrong]) => wrong).map(([, problem]) => problem);
}
