import { spreadOf } from '../bench/statistics.js';
import type { Footprint } from './measure-service.js';
import type { SoakPlan } from './run-soak.js';
import type { Noted } from './soak-actions.js';
import type { SoakLedger } from './soak-ledger.js';

/** The figures of a soak. Without problems, nothing was lost. */
export type SoakReport = SoakPlan & {
  readonly kills: { readonly service: number; readonly node: number };
  readonly counts: Readonly<Record<Noted, number>>;
  readonly signAnswers: Readonly<Record<string, number>>;
  /** Outages are included: people ask again until they are answered. */
  readonly signMs: { readonly median: number; readonly p99: number; readonly max: number };
  /** Requests that a kill left without an answer, and answers 429 and 503. */
  readonly lostRequests: number;
  readonly busyAnswers: number;
  /** Accounts that the service reports as complete, and that the independent reader found whole. */
  readonly complete: number;
  readonly proved: number;
  /** The time after the last fault and the last start until all were complete. */
  readonly calmS: number;
  readonly begin: Footprint;
  readonly end: Footprint;
  readonly problems: readonly string[];
};

/** What is measured, and judged here. */
export type SoakFindings = {
  readonly ledger: SoakLedger;
  readonly kills: { readonly service: number; readonly node: number };
  readonly begin: Footprint;
  readonly end: Footprint;
  readonly complete: number;
  readonly proved: number;
  readonly calmMs: number;
};

/** Memory and descriptors may end this much above where they began. */
const GROWTH = 1.1;
/** Connections that happen to be open. */
const SPARE_DESCRIPTORS = 3;

/** Returns what grew more than it may. */
export function growthOf(begin: Footprint, end: Footprint): readonly string[] {
  const memory = end.memoryMb > begin.memoryMb * GROWTH;
  const descriptors =
    end.descriptors > Math.max(begin.descriptors * GROWTH, begin.descriptors + SPARE_DESCRIPTORS);
  return [
    ...(memory ? [`memory grew from ${begin.memoryMb} to ${end.memoryMb} MiB`] : []),
    ...(descriptors ? [`descriptors grew from ${begin.descriptors} to ${end.descriptors}`] : []),
  ];
}

/** Composes the report. */
export function reportOf(plan: SoakPlan, findings: SoakFindings): SoakReport {
  const { ledger, kills, begin, end, complete, proved, calmMs } = findings;
  const { counts, signAnswers, lostRequests, busyAnswers, problems } = ledger;
  const sorted = ledger.signMs.toSorted((a, b) => a - b);
  const { median, max } = spreadOf(sorted);
  const p99 = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
  return {
    ...plan,
    kills,
    counts,
    signAnswers,
    signMs: { median, p99, max },
    lostRequests,
    busyAnswers,
    complete,
    proved,
    calmS: Math.round(calmMs / 1_000),
    begin,
    end,
    problems: [...problems, ...growthOf(begin, end)],
  };
}
