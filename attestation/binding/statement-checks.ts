/**
 * Judges whether the quote covers this statement, and whether the statement is a current reply to
 * this request.
 */
import { EvidenceError } from '../check.js';
import type { UnverifiedQuote } from '../evidence/tdx-quote.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import type { AttestationDocument } from '../schema/document.js';
import { reportDataOf, type Statement } from '../schema/statement.js';
import { hex, parseHex } from '../bytes.js';
import { isIncluded } from './inclusion-proof.js';

const MAX_AHEAD_MS = 60_000;

/** Throws an EvidenceError of `statement.report-data` unless the quote covers the statement. */
export function verifyReportData(statementText: string, quote: UnverifiedQuote): void {
  if (hex(reportDataOf(statementText)) !== hex(quote.report.reportData)) {
    throw new EvidenceError(
      'statement.report-data',
      "the quote's report data is not SHA-512 of the statement",
    );
  }
}

/**
 * Judges `statement.nonce`. `asked` is the nonce of the request, or undefined for a captured
 * bundle, whose nonce must be the one that the document names. A nonce that shares a quote must be
 * in the statement's tree.
 */
export function judgeNonce(
  findings: Findings,
  statement: Statement,
  document: Pick<AttestationDocument, 'request_nonce' | 'nonce_proof'>,
  asked?: string,
): void {
  const { nonce_tree: tree, issued_at: issuedAt } = statement;
  const isCovered = tree === undefined || isInTree(tree, document);
  const covered = tree === undefined ? statement.nonce : document.request_nonce;
  if (!isCovered) {
    findings.judge(
      'statement.nonce',
      'fail',
      'the nonce is not in the tree of the statement',
      asked,
    );
  } else if (asked === undefined) {
    findings.judge('statement.nonce', 'info', `captured earlier: issued at ${issuedAt}`);
  } else {
    const shared = tree === undefined ? '' : `, one of ${tree.size} that share the quote`;
    const status = covered === asked ? 'pass' : 'fail';
    findings.judge('statement.nonce', status, `${covered ?? 'none'}${shared}`, asked);
  }
}

function isInTree(
  { root, size }: NonNullable<Statement['nonce_tree']>,
  { request_nonce: nonce, nonce_proof: proof }: Parameters<typeof judgeNonce>[2],
): boolean {
  if (nonce === null || proof === undefined) return false;
  const path = proof.path.map(parseHex);
  return isIncluded(parseHex(nonce), { index: proof.index, path }, { root: parseHex(root), size });
}

/** Judges `statement.fresh`: the statement must not be too old, nor from the future. */
export function judgeFreshness(
  findings: Findings,
  statement: Statement,
  policy: Policy,
  atMs: number,
): void {
  const issuedMs = Date.parse(statement.issued_at);
  const ageMs = atMs - issuedMs;
  const expected = `at most ${policy.statement.maxAgeS} s old at ${new Date(atMs).toISOString()}`;
  const inOrder = Date.parse(statement.started_at) <= issuedMs;
  const fresh = inOrder && ageMs >= -MAX_AHEAD_MS && ageMs <= policy.statement.maxAgeS * 1_000;
  findings.judge(
    'statement.fresh',
    fresh ? 'pass' : 'fail',
    `issued at ${statement.issued_at}`,
    expected,
  );
}

/**
 * Judges `statement.config`: each setting that the policy names must have one of the accepted
 * values.
 */
export function judgeConfig(findings: Findings, { config }: Statement, policy: Policy): void {
  const wrong = Object.entries(policy.statement.config).filter(
    ([name, accepted]) => !accepted.some((value) => value === (config[name] ?? null)),
  );
  if (wrong.length === 0) {
    const count = Object.keys(policy.statement.config).length;
    findings.judge('statement.config', 'pass', `${count} settings have accepted values`);
    return;
  }
  const shown = wrong.map(([name]) => `${name}=${JSON.stringify(config[name] ?? null)}`);
  const wanted = wrong.map(([name, accepted]) => `${name} in ${JSON.stringify(accepted)}`);
  findings.judge('statement.config', 'fail', shown.join(', '), wanted.join(', '));
}
