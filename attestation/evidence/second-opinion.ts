/**
 * `quote.second-opinion`: the result of another verifier, dcap-qvl, for the same quote, collateral
 * and time. It has gaps of its own, so its result is only useful as a confirmation.
 */
import type { X509Certificate } from 'node:crypto';
import { QuoteVerifier } from '@phala/dcap-qvl';
import { judge, skipped } from '../attempt.js';
import { EvidenceError, type CheckResult } from '../check.js';
import { parseChain } from './certificates.js';
import type { UnverifiedCollateral } from './collateral.js';
import { whosePckChain } from './match-collateral.js';
import type { TcbStatus } from './signed-json.js';

/** The inputs of the second opinion. */
export type OpinionQuestion = {
  readonly quoteBytes: Uint8Array;
  /** The quote's own PCK chain. */
  readonly pckChainPem: string;
  readonly collateral: UnverifiedCollateral | undefined;
  readonly trustedRoot: X509Certificate;
  readonly atMs: number;
  /**
   * The worse of the platform's status at launch and the quoting enclave's, by our own evaluation.
   * This is what dcap-qvl judges too.
   */
  readonly status: TcbStatus | undefined;
  /**
   * The status of all parts together, by our own evaluation. dcap-qvl judges neither the TDX module
   * nor the current level of a TD 1.5 quote. Its result therefore does not count if one of those is
   * revoked, unknown or below every level (undefined).
   */
  readonly whole: TcbStatus | undefined;
};

const ID = 'quote.second-opinion';
const MAX_MESSAGE_CHARS = 200;

type Opinion = { readonly status: string } | { readonly refusal: string };

/** Returns a message without control characters, short enough for a report. */
function plain(error: unknown): string {
  const message = error instanceof Error ? error.message : 'not an Error';
  return message.replaceAll(/[^ -~]/g, ' ').slice(0, MAX_MESSAGE_CHARS);
}

/**
 * Passes the collateral to dcap-qvl without a PCK chain, which it would prefer to the quote's own.
 */
function ask({ quoteBytes, collateral, trustedRoot, atMs }: OpinionQuestion): Opinion {
  if (collateral === undefined) return { refusal: 'there is no collateral' };
  const { pck_certificate_chain: _chain, fetched_at: _at, ...members } = collateral;
  try {
    const verifier = QuoteVerifier.newWithRootCa(trustedRoot.raw);
    const report = verifier.verify(quoteBytes, members, Math.floor(atMs / 1_000));
    return { status: report.status };
  } catch (error) {
    return { refusal: plain(error) };
  }
}

function whoseChain({ collateral, pckChainPem }: OpinionQuestion): string {
  if (collateral?.pck_certificate_chain === undefined) return '';
  try {
    const whose = whosePckChain(collateral, parseChain(pckChainPem, ID));
    return `; the collateral contains a PCK chain, ${whose}, which was not used`;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return '; the collateral contains a PCK chain that cannot be read, which was not used';
  }
}

/**
 * Passes if dcap-qvl accepts with the same status as our own evaluation, and nothing that it does
 * not judge is revoked or unknown. Is skipped if there is no status to compare. Never throws for
 * untrusted bytes.
 */
export function askSecondOpinion(question: OpinionQuestion): CheckResult {
  const { collateral, status, whole, atMs } = question;
  if (collateral === undefined) return skipped(ID, 'no collateral could be read');
  const expected = status ?? 'agreement with our own status';
  const whose = whoseChain(question);
  if (!Number.isFinite(atMs))
    return judge(ID, `not asked${whose}`, expected, ['no time to judge at']);
  const opinion = ask(question);
  if ('refusal' in opinion) {
    return judge(ID, `dcap-qvl rejects: ${opinion.refusal}${whose}`, expected, ['no agreement']);
  }
  if (status === undefined) {
    return skipped(ID, `dcap-qvl reports ${opinion.status}${whose}; there is no status of our own`);
  }
  return judge(ID, `dcap-qvl reports ${opinion.status}${whose}`, expected, [
    ...(opinion.status === status ? [] : ['no agreement']),
    ...(whole === undefined ? ['it does not judge a part that matches no level'] : []),
    ...(whole === 'Revoked' && status !== 'Revoked' ? ['it does not judge what is revoked'] : []),
  ]);
}
