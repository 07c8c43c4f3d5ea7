/** Judges `quote.*`: the signatures from the report to a root, and the root itself. */
import { X509Certificate } from 'node:crypto';
import { EvidenceError } from './check.js';
import type { UnverifiedQuote } from './evidence/tdx-quote.js';
import { verifyQuote, type VerifiedQuote } from './evidence/verify-quote.js';
import type { Policy } from './policy/policy.js';
import { acceptedRootsOf } from './policy/relaxed-rules.js';
import type { Findings, Report } from './report.js';
import { sha256Of, type TrustedRoot } from './trusted-roots.js';

type RootOptions = {
  readonly policy: Policy;
  readonly atMs: number;
  readonly roots: readonly TrustedRoot[];
  readonly allowTestRoot: boolean;
};

const SIMULATED =
  'This is a simulated document. Its chain ends at a test root, so no hardware vouches for it.';

/** What the signatures of a quote establish. */
export type JudgedQuote = {
  readonly hardware: Report['hardware'];
  readonly verified: VerifiedQuote | undefined;
  /** The known root at which the chain ends. */
  readonly root: TrustedRoot | undefined;
};

/** Judges the signatures of the quote. Returns what the quote is signed by. */
export function judgeQuote(
  findings: Findings,
  quote: UnverifiedQuote,
  options: RootOptions,
): JudgedQuote {
  const root = findRoot(quote, options.roots);
  if (root === undefined) {
    findings.judge('quote.pck-chain', 'fail', 'ends at an unknown root', 'a trusted root');
    return { hardware: 'unverified', verified: undefined, root };
  }
  if (!root.isHardware) findings.headlines.push(SIMULATED);
  const verified = verifyUnder(findings, quote, root, options.atMs);
  judgeRoot(findings, root, options);
  if (verified === undefined) return { hardware: 'unverified', verified, root };
  findings.fact('quote', {
    body: Buffer.from(quote.signedBytes).toString('hex'),
    root: root.sha256,
  });
  return { hardware: root.isHardware ? 'genuine' : 'simulated', verified, root };
}

function verifyUnder(
  findings: Findings,
  quote: UnverifiedQuote,
  root: TrustedRoot,
  atMs: number,
): VerifiedQuote | undefined {
  try {
    const verified = verifyQuote(quote, root.certificate, atMs);
    findings.judge('quote.signature', 'pass', 'by the attestation key in the quote');
    findings.judge('quote.qe-report', 'pass', "vouched for under the platform's key");
    findings.judge(
      'quote.pck-chain',
      'pass',
      `the quote's own chain, to root ${root.sha256.slice(0, 16)}...`,
    );
    return verified;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    findings.add([{ id: error.check, status: 'fail', measured: error.reason }]);
    // The steps before the failed one passed, and those after it were not reached.
    if (error.check !== 'quote.signature') findings.judge('quote.signature', 'pass');
    return undefined;
  }
}

function judgeRoot(
  findings: Findings,
  root: TrustedRoot,
  { policy, allowTestRoot }: RootOptions,
): void {
  const expected = 'a root that the policy names';
  if (!root.isHardware && !allowTestRoot) {
    const measured = `test root ${root.sha256.slice(0, 16)}...: a simulated document`;
    findings.miss('quote.pck-chain', measured, 'the root of real hardware (or --allow-test-root)');
  } else if (!acceptedRootsOf(policy).includes(root.sha256)) {
    findings.miss('quote.pck-chain', `root ${root.sha256}`, expected);
  }
}

/** Finds the known root at which the chain of a quote ends, by the exact certificate. */
export function findRoot(
  quote: UnverifiedQuote,
  roots: readonly TrustedRoot[],
): TrustedRoot | undefined {
  const last = quote.pckChainPem
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    ?.at(-1);
  if (last === undefined) return undefined;
  try {
    const fingerprint = sha256Of(new X509Certificate(last));
    return roots.find(({ sha256 }) => sha256 === fingerprint);
  } catch {
    return undefined;
  }
}
