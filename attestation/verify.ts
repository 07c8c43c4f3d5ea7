/**
 * Verifies evidence against a policy and returns a report. This function is pure: time, collateral
 * and trusted roots are arguments, so the same inputs always give the same report.
 */
import { judgeComposeHash, judgeIdentity, judgeLog } from './application/application-checks.js';
import { judgeCompose } from './application/compose-checks.js';
import { findContradictions } from './binding/consistency.js';
import { verifyMonotonic } from './binding/state-monotonic.js';
import {
  judgeBareCustody,
  judgeCustody,
  judgePossession,
  readKeyProvider,
} from './binding/key-checks.js';
import {
  judgeConfig,
  judgeFreshness,
  judgeNonce,
  verifyReportData,
} from './binding/statement-checks.js';
import { parseBundle, type Bundle } from './bundle.js';
import type { CaaSight } from './channel/caa-sight.js';
import { expectedNonce, judgeChannel } from './channel/judge-channel.js';
import { sightOf, type SeenChannel, type Sight } from './channel/sight.js';
import { EvidenceError } from './check.js';
import type { DstackVerdict } from './collect/ask-dstack-verifier.js';
import { judgeDstackOpinion } from './evidence/dstack-opinion.js';
import type { BootFacts } from './evidence/event-log.js';
import type { KnownImage } from './image/known-images.js';
import { parseQuote, type UnverifiedQuote } from './evidence/tdx-quote.js';
import type { Governance } from './governance/facts.js';
import { judgeGovernance, type MeasuredApplication } from './governance/governance.js';
import type { Policy } from './policy/policy.js';
import type { ProvenanceQuestion } from './provenance/judge-provenance.js';
import { type AskSecondOpinion, judgePlatform } from './platform-checks.js';
import { judgeQuote } from './quote-checks.js';
import { judgeReceipt } from './receipt/receipt-checks.js';
import { Findings, type Report } from './report.js';
import { parseStatement, statementHashOf, type Statement } from './schema/statement.js';
import type { TrustedRoot } from './trusted-roots.js';
import { hex } from './bytes.js';

/** The inputs of a verification. */
export type VerifyOptions = {
  /** The text of the bundle, as `GET /attestation` returned it. */
  readonly bundle: string;
  readonly policy: Policy;
  /** The time at which validity is judged, in milliseconds since 1970. */
  readonly atMs: number;
  readonly roots: readonly TrustedRoot[];
  /** Whether to accept evidence of a simulation, which proves nothing about hardware. */
  readonly allowTestRoot: boolean;
  /** The nonce that was sent with the request. Undefined for a bundle that was captured earlier. */
  readonly nonce?: string | undefined;
  /** The URL that was requested. Undefined for a bundle. */
  readonly askedUrl?: string | undefined;
  /** The verifier's end of the TLS connection. Undefined for a bundle, and without TLS. */
  readonly channel?: SeenChannel | undefined;
  /** What the DNS says about certificates of the name. Undefined if it was not asked. */
  readonly caa?: CaaSight | undefined;
  /** Intel's collateral to use instead of the document's own. */
  readonly collateral?: unknown;
  /** What a reader must know first, besides what the checks find. */
  readonly notes?: readonly string[];
  /** The known images with their register 2, as in the shipped table. */
  readonly knownImages: readonly KnownImage[];
  /** Asks another verifier, whose answer must agree. */
  readonly askSecondOpinion: AskSecondOpinion;
  /** The verdict of a dstack-verifier, if one was asked. */
  readonly dstackVerdict?: DstackVerdict | undefined;
  readonly governance?: Governance | undefined;
  /** A provenance of the image to judge against the policy. */
  readonly provenance?: ProvenanceQuestion | undefined;
  /** The text of an earlier document of the same service. */
  readonly previous?: string | undefined;
  /** A receipt (compact JWS) to judge against the document. */
  readonly receipt?: string | undefined;
};

/**
 * Judges a bundle. A text that is not a bundle fails `document.consistent`. Never throws for
 * untrusted bytes.
 */
export function verify(options: VerifyOptions): Report {
  const { policy, atMs } = options;
  const findings = new Findings();
  findings.headlines.push(...(options.notes ?? []));
  const bundle = findings.read(() => parseBundle(options.bundle));
  const hardware = bundle === undefined ? 'unverified' : judgeBundle(findings, bundle, options);
  return findings.report(
    {
      hardware,
      policy: { name: policy.name, reviewed: policy.reviewed },
      judged_at: new Date(atMs).toISOString(),
      governance: options.governance,
    },
    optionalChecks(options),
  );
}

function judgeBundle(
  findings: Findings,
  bundle: Bundle,
  options: VerifyOptions,
): Report['hardware'] {
  const { policy, atMs } = options;
  const quote = findings.attempt(
    'quote.format',
    () => parseQuote(new Uint8Array(Buffer.from(bundle.evidence.quote, 'hex'))),
    ({ version, bodyType, paddingBytes }) =>
      `version ${version}, ${bodyType}, ${paddingBytes} zero bytes after it`,
  );
  const judged = quote && judgeQuote(findings, quote, options);
  judgePlatform(findings, bundle, judged, options);
  const log = quote && judgeLog(findings, bundle.evidence.event_log, quote, policy);
  const boot = log?.boot;
  const compose =
    quote && log && judgeComposeHash(findings, bundle.evidence.app_compose, log, quote, policy);
  if (options.dstackVerdict !== undefined) {
    const own = {
      reportData: quote && hex(quote.report.reportData),
      composeHash: boot && hex(boot.composeHash),
    };
    findings.add([judgeDstackOpinion(options.dstackVerdict, own)]);
  }
  const statement = judgeStatement(findings, bundle, quote, options);
  if (boot !== undefined) judgeIdentity(findings, boot, claimsOf(bundle, statement), policy);
  if (compose !== undefined) {
    judgeCompose(findings, compose, statement, policy, options.provenance);
  }
  const kmsRoot = judgeKeys(findings, bundle, statement, boot, policy);
  if (options.askedUrl !== undefined && bundle.captured !== undefined) {
    findings.judge('document.consistent', 'fail', 'a live reply says how it was captured');
  }
  judgeConsistency(findings, bundle, { quote, boot, statement });
  if (options.previous !== undefined && statement !== undefined) {
    judgePrevious(findings, statement, options.previous, options.roots);
  }
  if (options.receipt !== undefined) {
    const statementText = bundle.document?.statement ?? '';
    judgeReceipt(findings, options.receipt, statement && { statementText, statement });
  }
  const application = measuredApplication(boot, compose, kmsRoot);
  judgeGovernance(findings, options.governance, application, policy, atMs);
  return judged?.hardware ?? 'unverified';
}

/**
 * Any problem of the earlier document fails only this check, because the current document has its
 * own checks.
 */
function judgePrevious(
  findings: Findings,
  statement: Statement,
  previous: string,
  roots: readonly TrustedRoot[],
): void {
  findings.attempt(
    'state.monotonic',
    () => {
      try {
        return verifyMonotonic(statement, previous, roots);
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
        throw new EvidenceError('state.monotonic', error.reason, error);
      }
    },
    (seen) => seen,
  );
}

/** Bare evidence comes from a machine whose service makes no Sealwright statement. */
const NEED_STATEMENT = [
  'statement.canonical',
  'statement.report-data',
  'statement.nonce',
  'statement.fresh',
  'statement.config',
  'config.measured',
  'key.possession',
] as const;

function judgeStatement(
  findings: Findings,
  { document, captured }: Bundle,
  quote: UnverifiedQuote | undefined,
  options: VerifyOptions,
): Statement | undefined {
  const { policy, atMs, nonce } = options;
  if (document === undefined) {
    for (const id of NEED_STATEMENT) findings.judge(id, 'skip', 'this evidence makes no statement');
    return undefined;
  }
  const statement = findings.attempt(
    'statement.canonical',
    () => parseStatement(document.statement),
    ({ boot_id: boot, state, started_at: at }) =>
      `boot ${boot}, start ${state.generation} of its state, at ${at}`,
  );
  if (quote !== undefined) {
    findings.attempt(
      'statement.report-data',
      () => verifyReportData(document.statement, quote),
      () => `SHA-512 of the statement, ${statementHashOf(document.statement).slice(0, 16)}...`,
    );
  }
  if (statement === undefined) return undefined;
  findings.fact('statement', document.statement);
  const sight = liveSightOf(options) ?? (captured && sightOf(captured));
  judgeNonce(findings, statement, document, expectedNonce(nonce, document));
  judgeChannel(findings, { statement, document, sight }, policy);
  judgeFreshness(findings, statement, policy, atMs);
  judgeConfig(findings, statement, policy);
  return statement;
}

/** Returns what the verifier saw itself, or undefined for a bundle. */
const liveSightOf = ({ askedUrl, nonce, channel, caa }: VerifyOptions): Sight | undefined =>
  askedUrl === undefined
    ? undefined
    : { url: askedUrl, nonce: nonce ?? '', channel, caa, capturedAt: undefined };

/** Returns the KMS root that issued the key, if one did. */
function judgeKeys(
  findings: Findings,
  { document }: Bundle,
  statement: Statement | undefined,
  boot: BootFacts | undefined,
  policy: Policy,
): string | undefined {
  if (document === undefined && boot !== undefined) judgeBareCustody(findings, boot, policy);
  if (document === undefined || statement === undefined) return undefined;
  judgePossession(findings, document, statement);
  return boot && judgeCustody(findings, document, statement, boot, policy);
}

function judgeConsistency(
  findings: Findings,
  { evidence, document }: Bundle,
  sources: Parameters<typeof findContradictions>[2],
): void {
  findings.attempt(
    'document.consistent',
    () => {
      const found = findContradictions(evidence, document, sources);
      if (found.length > 0) throw new EvidenceError('document.consistent', found.join('; '));
    },
    () => 'every member agrees with its source',
  );
}

const claimsOf = ({ evidence }: Bundle, statement: Statement | undefined) => ({
  appId: statement?.app_id ?? evidence.app_id,
  instanceId: statement?.instance_id ?? evidence.instance_id,
});

function measuredApplication(
  boot: BootFacts | undefined,
  compose: string | undefined,
  kmsRoot: string | undefined,
): MeasuredApplication | undefined {
  if (boot === undefined || compose === undefined) return undefined;
  const { appId, composeHash, osImageHash } = boot;
  return {
    appId: hex(appId),
    composeHash: hex(composeHash),
    kmsRoot,
    keyProviderId: readKeyProvider(boot)?.id,
    osImageHash: osImageHash && hex(osImageHash),
  };
}

const CHANNEL_CHECKS = ['channel.name', 'channel.certificate', 'channel.binding', 'channel.caa'];

/** Returns the checks that may be skipped: comparisons and receipts that were not requested. */
function optionalChecks({
  policy,
  receipt,
  previous,
  askedUrl,
  dstackVerdict,
  provenance,
}: VerifyOptions): ReadonlySet<string> {
  return new Set([
    ...(dstackVerdict === undefined ? ['quote.dstack-verifier'] : []),
    ...(previous === undefined ? ['state.monotonic'] : []),
    ...(receipt === undefined ? ['receipt.signature', 'receipt.key-attested', 'receipt.plan'] : []),
    ...(askedUrl === undefined ? CHANNEL_CHECKS : []),
    ...(provenance === undefined && policy.source === undefined ? ['source.provenance'] : []),
    ...(policy.governance.required ? [] : ['governance.upgrade']),
  ]);
}
