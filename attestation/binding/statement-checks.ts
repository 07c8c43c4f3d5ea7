/** Does the quote speak about this statement, and the statement about this question, now? */
import { attestedNameOf, isAttestedName } from '../channel/channel-name.js';
import { EvidenceError } from '../check.js';
import type { UnverifiedQuote } from '../evidence/tdx-quote.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import { reportDataOf, type Statement } from '../schema/statement.js';
import { hex } from '../bytes.js';

const MAX_AHEAD_MS = 60_000;

/** Throws an EvidenceError of `statement.report-data`. */
export function verifyReportData(statementText: string, quote: UnverifiedQuote): void {
  if (hex(reportDataOf(statementText)) !== hex(quote.report.reportData)) {
    throw new EvidenceError(
      'statement.report-data',
      "the quote's report data is not SHA-512 of the statement",
    );
  }
}

/** `nonce`: what was asked with; undefined for a bundle that nobody asked for now. */
export function judgeNonce(
  findings: Findings,
  { nonce, issued_at: issuedAt }: Statement,
  asked?: string,
): void {
  if (asked === undefined) {
    findings.judge('statement.nonce', 'info', `not asked for now: as of ${issuedAt}`);
    return;
  }
  findings.judge('statement.nonce', nonce === asked ? 'pass' : 'fail', nonce ?? 'none', asked);
}

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

/** `askedUrl`: where the document came from; undefined for a bundle, which does not say. */
export function judgeChannelName(
  findings: Findings,
  statement: Statement,
  askedUrl: string | undefined,
): void {
  const attested = attestedNameOf(statement);
  if (askedUrl === undefined) {
    findings.judge('channel.name', 'info', `a bundle: compare the attested ${attested} yourself`);
    return;
  }
  const asked = new URL(askedUrl);
  const status = isAttestedName(asked, statement) ? 'pass' : 'fail';
  findings.judge('channel.name', status, `asked at ${asked.host}`, attested);
}

/** Each setting that the policy names has one of the values that it accepts. */
export function judgeConfig(findings: Findings, { config }: Statement, policy: Policy): void {
  const wrong = Object.entries(policy.statement.config).filter(
    ([name, accepted]) => !accepted.some((value) => value === (config[name] ?? null)),
  );
  if (wrong.length === 0) {
    const count = Object.keys(policy.statement.config).length;
    findings.judge('statement.config', 'pass', `${count} settings as the policy wants them`);
    return;
  }
  const shown = wrong.map(([name]) => `${name}=${JSON.stringify(config[name] ?? null)}`);
  const wanted = wrong.map(([name, accepted]) => `${name} in ${JSON.stringify(accepted)}`);
  findings.judge('statement.config', 'fail', shown.join(', '), wanted.join(', '));
}
