/**
 * `governance.upgrade`: who may allow other code to get the same keys. The evidence does not
 * contain this. An auditor reads the facts from a chain, or saves them from another source (the
 * operator's statement) to a file, with the time.
 */
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import { allowedOf, describeFacts, describeProviders } from './describe-facts.js';
import type { ChainFacts, Governance, StatedFacts } from './facts.js';
import { delayOf, problemsOfChain, type MeasuredKms } from './judge-chain-facts.js';

/** The application that was measured. */
export type MeasuredApplication = MeasuredKms & {
  readonly appId: string;
  readonly composeHash: string;
};

const HEADLINE = 'Anyone who may allow a compose hash for this application can take every key.';

/** Judges `governance.upgrade` by the facts. */
export function judgeGovernance(
  findings: Findings,
  governance: Governance | undefined,
  measured: MeasuredApplication | undefined,
  policy: Policy,
  atMs: number,
): void {
  if (governance?.version === 2) findings.headlines.push(...describeProviders(governance));
  if (governance === undefined || measured === undefined) {
    findings.headlines.push(HEADLINE);
    const { required } = policy.governance;
    if (!required) findings.judge('governance.upgrade', 'info', 'not examined');
    else if (governance === undefined) {
      findings.judge('governance.upgrade', 'skip', 'no facts were given (--governance, --rpc)');
    }
    return;
  }
  const view = governance.version === 1 ? viewStated(governance) : viewChain(governance);
  const problems = [
    ...problemsOf(view, measured, policy, atMs),
    ...(governance.version === 1
      ? problemsOfStated(governance, policy.governance)
      : problemsOfChain(governance, measured, policy.governance)),
  ];
  if (problems.length === 0) findings.judge('governance.upgrade', 'pass', view.seen);
  else findings.judge('governance.upgrade', 'fail', `${problems.join('; ')} (${view.seen})`);
}

/** What facts of either version say. */
type View = {
  readonly appId: string;
  readonly time: string;
  readonly delayS: number;
  readonly now: readonly string[];
  readonly ever: readonly string[];
  /** A sentence. */
  readonly seen: string;
};

function viewStated(facts: StatedFacts): View {
  const { owner, delay_s: delayS, compose_hashes_ever: ever, saved_at: time, kms } = facts;
  return {
    appId: facts.app_id,
    time,
    delayS,
    now: facts.compose_hashes_now,
    ever,
    seen: `${kms} KMS, owner ${owner}, delay ${delayS} s, ${ever.length} compose hashes ever, as of ${time}`,
  };
}

const viewChain = (facts: ChainFacts): View => ({
  appId: facts.app.address.slice(2),
  time: facts.source.block.time,
  delayS: delayOf(facts.app),
  now: allowedOf(facts.app.compose_hashes),
  ever: facts.app.compose_hashes.map(({ value }) => value),
  seen: describeFacts(facts),
});

const problemsOfStated = (
  { owner }: StatedFacts,
  { owners, chain }: Policy['governance'],
): readonly string[] => [
  ...(owners.includes(owner) ? [] : ['the policy does not list the owner']),
  ...(chain === undefined ? [] : ['the facts were not read from a chain']),
];

function problemsOf(
  { appId, time, delayS, now, ever }: View,
  measured: MeasuredApplication,
  policy: Policy,
  atMs: number,
): readonly string[] {
  const { minDelayS, maxAgeS } = policy.governance;
  const reviewed = policy.application.composeHashes;
  const ageMs = atMs - Date.parse(time);
  const unread = ever.filter((hash) => reviewed?.includes(hash) === false);
  const rows: readonly (readonly [boolean, string])[] = [
    [appId !== measured.appId, 'the facts are about another application'],
    [!now.includes(measured.composeHash), 'the measured compose file is not allowed there'],
    [
      !now.every((hash) => ever.includes(hash)),
      'a compose hash that is allowed now is not among those ever allowed',
    ],
    [
      unread.length > 0,
      `${unread.length} compose files that could have read the keys were not reviewed`,
    ],
    [delayS < minDelayS, `less than ${minDelayS} s pass before a change`],
    [ageMs > maxAgeS * 1_000 || ageMs < -60_000, `the facts are not from the last ${maxAgeS} s`],
  ];
  return rows.filter(([wrong]) => wrong).map(([, problem]) => problem);
}
