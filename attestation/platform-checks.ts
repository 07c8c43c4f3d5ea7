/**
 * Judges the platform under a quote: `collateral.*`, `tcb.*`, `measurement.*` and the second
 * opinion.
 */
import type { Bundle } from './bundle.js';
import type { CheckResult } from './check.js';
import type { OpinionQuestion } from './evidence/second-opinion.js';
import { type CollateralParts, verifyCollateral } from './evidence/verify-collateral.js';
import type { KnownImage } from './image/known-images.js';
import { judgeImage } from './image/measurements.js';
import {
  findMergedStatus,
  findWholeStatus,
  judgePlatform as judgePlatformGroup,
} from './platform/judge-platform.js';
import type { Policy } from './policy/policy.js';
import { describeRelaxed, relaxedRulesUnder } from './policy/relaxed-rules.js';
import type { JudgedQuote } from './quote-checks.js';
import type { Findings } from './report.js';

/** Asks another verifier about the same quote and returns its answer as a check. */
export type AskSecondOpinion = (question: OpinionQuestion) => CheckResult;

type PlatformOptions = {
  readonly policy: Policy;
  readonly atMs: number;
  readonly collateral?: unknown;
  readonly knownImages: readonly KnownImage[];
  readonly askSecondOpinion: AskSecondOpinion;
};

/**
 * Judges whether Intel's collateral applies to this platform, and what it states about the
 * platform.
 */
export function judgePlatform(
  findings: Findings,
  { evidence }: Bundle,
  judged: JudgedQuote | undefined,
  { atMs, collateral, policy, askSecondOpinion, knownImages }: PlatformOptions,
): void {
  if (judged?.root === undefined) return;
  const { verified: quote, root } = judged;
  const trustedRoot = root.certificate;
  const untrustedCollateral = collateral ?? evidence.collateral;
  const relaxed = relaxedRulesUnder(root, policy);
  findings.headlines.push(...describeRelaxed(relaxed));
  const question = { quote, untrustedCollateral, trustedRoot, atMs, relaxed };
  const { checks, parts } = verifyCollateral(question);
  findings.add(checks);
  findings.add(judgePlatformGroup({ quote, parts, policy, atMs }));
  const claims = { vmConfig: evidence.vm_config, eventLog: evidence.event_log };
  findings.add(judgeImage(quote, policy, [...knownImages, ...imagesOf(policy)], claims));
  if (quote === undefined) return;
  const whole = findWholeStatus(quote, parts);
  findings.fact('platform', factsOf(parts, whole));
  findings.add([
    askSecondOpinion({
      quoteBytes: new Uint8Array(Buffer.from(evidence.quote, 'hex')),
      pckChainPem: quote.pckChainPem,
      collateral: parts.unverified,
      trustedRoot,
      atMs,
      status: findMergedStatus(quote, parts),
      whole,
    }),
  ]);
}

/** Returns the images that the policy itself describes. */
function imagesOf({ image }: Policy): readonly KnownImage[] {
  return image.measurements.flatMap(({ name, rtmr2, osImageHash, development = false }) =>
    osImageHash === undefined ? [] : [{ name, rtmr2, osImageHash, development }],
  );
}

/** Returns what was established about the platform, independent of the encoding of its sources. */
function factsOf({ tcbInfo, qeIdentity, platform }: CollateralParts, status: string | undefined) {
  return {
    status: status ?? null,
    tcbInfo: tcbInfo ?? null,
    qeIdentity: qeIdentity ?? null,
    ppid: platform === undefined ? null : Buffer.from(platform.ppid).toString('hex'),
  };
}
