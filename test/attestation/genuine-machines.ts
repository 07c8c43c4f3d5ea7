/**
 * Genuine evidence for the tests of collateral, platform and image, and a policy that accepts it.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CheckResult } from '../../attestation/check.js';
import { askSecondOpinion } from '../../attestation/evidence/second-opinion.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyCollateral } from '../../attestation/evidence/verify-collateral.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';
import { parseKnownImages } from '../../attestation/image/known-images.js';
import { judgeImage } from '../../attestation/image/measurements.js';
import {
  findMergedStatus,
  findWholeStatus,
  judgePlatform,
} from '../../attestation/platform/judge-platform.js';
import { policySchema, type Policy } from '../../attestation/policy/policy.js';

const project = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, project), 'utf8');
const json = (path: string): Record<string, unknown> =>
  JSON.parse(text(`test/vectors/attestation/${path}`)) as Record<string, unknown>;
const fromHex = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(String(value), 'hex'));

export const intelRoot = new X509Certificate(
  text('attestation/trusted-roots/intel-sgx-root-ca.pem'),
);
export const knownImages = parseKnownImages(text('attestation/image/known-images.json'));

export type Machine = {
  readonly quote: Uint8Array;
  readonly collateral: Readonly<Record<string, unknown>>;
  readonly atS: number;
};

/** Reads a quote of the near-mpc assets, where it was an array of bytes. */
const nearQuote = (folder: string): Uint8Array =>
  Uint8Array.from(
    JSON.parse(text(`test/vectors/attestation/${folder}/quote.json`)) as readonly number[],
  );

export const MACHINES = {
  'near-mpc-2026-08': {
    quote: nearQuote('near-mpc-2026-08'),
    collateral: json('near-mpc-2026-08/collateral.json'),
    atS: 1_786_622_400,
  },
  'near-mpc-2026-01': {
    quote: nearQuote('near-mpc-2026-01'),
    collateral: json('near-mpc-2026-01/collateral.json'),
    atS: 1_769_527_031,
  },
  'dstack-quote-report': {
    quote: fromHex(json('dstack-quote-report/quote-report.json')['quote']),
    collateral: json('dstack-quote-report/tdx_quote_outdated_collateral.json'),
    atS: 1_772_323_200,
  },
  'dstack-simulator-kms': {
    quote: fromHex(json('dstack-simulator-kms/quote.json')['quote']),
    collateral: json('dstack-simulator-kms/collateral.json'),
    atS: 1_786_622_400,
  },
  /** It was published without collateral; that of near-mpc-2026-01 is for the same family. */
  'dstack-examples-rtmr3': {
    quote: fromHex(json('dstack-examples-rtmr3/report.json')['quote']),
    collateral: json('near-mpc-2026-01/collateral.json'),
    atS: 1_769_527_031,
  },
} as const satisfies Readonly<Record<string, Machine>>;

type Changes = {
  readonly tcb?: Partial<Policy['tcb']>;
  readonly platform?: Partial<Policy['platform']>;
  readonly image?: Partial<Policy['image']>;
};

/** Returns a policy that accepts an up-to-date machine and any image pinned by the changes. */
export function policyWith(changes: Changes = {}): Policy {
  return policySchema.parse({
    version: 1,
    name: 'test',
    reviewed: true,
    roots: ['0'.repeat(64)],
    tcb: {
      statuses: ['UpToDate'],
      qeStatuses: ['UpToDate'],
      moduleStatuses: ['UpToDate'],
      minEvaluationDataNumber: 0,
      graceDays: 0,
      advisories: [],
      ...changes.tcb,
    },
    platform: { ppids: null, refuse: [], ...changes.platform },
    image: { measurements: [], osImages: [], allowDevelopmentImages: false, ...changes.image },
    application: {
      composeHashes: null,
      lint: true,
      preLaunchScripts: [],
      allowedEnvs: [],
      appIds: null,
      instanceIds: null,
      laterEvents: [],
    },
    keys: { kmsRoots: [], keyProviders: [], allowNoKms: false },
    statement: { maxAgeS: 60, config: {}, measured: true },
    governance: { required: true, maxAgeS: 60, owners: [], minDelayS: 0 },
  });
}

export type Question = {
  readonly root?: X509Certificate;
  readonly policy?: Policy;
  readonly atMs?: number;
};

/**
 * Returns every check of the groups collateral, platform and image, and the second opinion, for a
 * quote that must verify.
 */
export function checksOf(machine: Machine, question: Question = {}): readonly CheckResult[] {
  const { root = intelRoot, policy = policyWith(), atMs = machine.atS * 1_000 } = question;
  const quote = verifyQuote(parseQuote(machine.quote), root, machine.atS * 1_000);
  const { checks, parts } = verifyCollateral({
    quote,
    untrustedCollateral: machine.collateral,
    trustedRoot: root,
    atMs,
  });
  const opinion = askSecondOpinion({
    quoteBytes: machine.quote,
    pckChainPem: quote.pckChainPem,
    collateral: parts.unverified,
    trustedRoot: root,
    atMs,
    status: findMergedStatus(quote, parts),
    whole: findWholeStatus(quote, parts),
  });
  return [
    opinion,
    ...checks,
    ...judgePlatform({ quote, parts, policy, atMs }),
    ...judgeImage(quote, policy, knownImages),
  ];
}

/** Returns the statuses by check id. */
export const statusesOf = (checks: readonly CheckResult[]): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ id, status }) => [id, status]));

/** Returns the ids of the checks of collateral and platform that did not pass. */
export const troublesOf = (machine: Machine, question?: Question): readonly string[] =>
  checksOf(machine, question)
    .filter(({ id, status }) => status !== 'pass' && !id.startsWith('measurement.'))
    .map(({ id }) => id);
