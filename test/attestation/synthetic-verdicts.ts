/** Synthetic quotes with the verdicts of another verifier, and ours on the same evidence. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { EvidenceError, type CheckResult } from '../../attestation/check.js';
import { askSecondOpinion } from '../../attestation/evidence/second-opinion.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyCollateral } from '../../attestation/evidence/verify-collateral.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';
import {
  findMergedStatus,
  findWholeStatus,
  judgePlatform,
} from '../../attestation/platform/judge-platform.js';
import type { Policy } from '../../attestation/policy/policy.js';
import { policyWith } from './genuine-machines.js';

const rowSchema = z.object({
  /** The deviation from a valid case. */
  tag: z.string(),
  quote: z.string(),
  collateral: z.unknown(),
  /** DER in hex. */
  root: z.string(),
  /** Seconds since 1970. */
  at: z.number(),
  rust: z.discriminatedUnion('accepts', [
    z.object({ accepts: z.literal(true), status: z.string() }),
    z.object({ accepts: z.literal(false), error: z.string() }),
  ]),
});
export type SyntheticRow = z.infer<typeof rowSchema>;

const project = new URL('../../../', import.meta.url);
const COPY = 'test/vectors/attestation/synthetic-verdicts.jsonl.gz';
const WHOLE = '../shared/fixtures/attestation/synthetic-verdicts.jsonl.gz';

/** Returns the whole set if it exists beside the project, otherwise the project's part of it. */
export function readSyntheticRows(): readonly SyntheticRow[] {
  const file = [WHOLE, COPY].map((path) => new URL(path, project)).find((each) => existsSync(each));
  const text = gunzipSync(readFileSync(file ?? new URL(COPY, project))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

const NOT_REVOKED: Policy['tcb']['statuses'] = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
];

/** Accepts every status except revoked, so that only facts about the evidence remain. */
const LENIENT = policyWith({
  tcb: {
    statuses: NOT_REVOKED,
    qeStatuses: NOT_REVOKED,
    moduleStatuses: NOT_REVOKED,
    advisories: null,
  },
});

export type OwnVerdict = {
  /** The checks that did not pass, with their measured values. */
  readonly troubles: readonly string[];
  readonly checks: readonly CheckResult[];
  /** The status of platform, module and quoting enclave together. */
  readonly status: string | undefined;
};

/** Judges one row: the quote, its collateral, the platform, and the second opinion. */
export function judgeRow(row: SyntheticRow): OwnVerdict {
  try {
    const trustedRoot = new X509Certificate(Buffer.from(row.root, 'hex'));
    const quoteBytes = new Uint8Array(Buffer.from(row.quote, 'hex'));
    const atMs = row.at * 1_000;
    const quote = verifyQuote(parseQuote(quoteBytes), trustedRoot, atMs);
    const untrustedCollateral = row.collateral;
    const { checks, parts } = verifyCollateral({ quote, untrustedCollateral, trustedRoot, atMs });
    const whole = findWholeStatus(quote, parts);
    const opinion = askSecondOpinion({
      quoteBytes,
      pckChainPem: quote.pckChainPem,
      collateral: parts.unverified,
      trustedRoot,
      atMs,
      status: findMergedStatus(quote, parts),
      whole,
    });
    const all = [...checks, ...judgePlatform({ quote, parts, policy: LENIENT, atMs }), opinion];
    const troubles = all
      .filter(({ status }) => status !== 'pass')
      .map(({ id, measured }) => `${id}: ${measured ?? ''}`);
    return { troubles, checks: all, status: whole };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { troubles: [`${error.check}: ${error.reason}`], checks: [], status: undefined };
  }
}
