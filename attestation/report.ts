/** The report of a verification: every check with its result, and one verdict. */
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { EvidenceError, type CheckResult, type CheckStatus } from './check.js';
import {
  CHECK_IDS,
  CHECKS,
  descriptionOf,
  NOT_DECIDED,
  type CheckGroup,
  type CheckId,
} from './checks.js';
import { governanceSchema, type Governance } from './governance/facts.js';
import { sha256Hex } from './bytes.js';

const checkSchema = z.strictObject({
  id: z.enum(CHECK_IDS as [CheckId, ...CheckId[]]),
  group: z.string(),
  /**
   * The kind of the check. `policy` as well if the evidence is true and only the policy rejects.
   */
  cut: z.enum(['evidence', 'policy']),
  status: z.enum(['pass', 'fail', 'skip', 'info']),
  /** Whether a skip rejects the document. A failure always does. */
  required: z.boolean(),
  measured: z.string().exactOptional(),
  expected: z.string().exactOptional(),
  /** What the failure of the check means. Set only for a failed check. */
  means: z.string().exactOptional(),
});

/** The report that `--json` prints. The published schema is generated from this one. */
export const reportSchema = z.strictObject({
  version: z.literal(1),
  verdict: z.enum(['accepted', 'rejected']),
  /** Determined by the root that was verified, not by the claim of the document. */
  hardware: z.enum(['genuine', 'simulated', 'unverified']),
  policy: z.strictObject({ name: z.string(), reviewed: z.boolean() }),
  /** The time at which validity was judged. */
  judged_at: z.string(),
  /** What a reader must know first. */
  headlines: z.array(z.string()),
  checks: z.array(checkSchema),
  not_decided: z.array(z.string()),
  /** The facts by which `governance.upgrade` was judged, if there were any. */
  governance: governanceSchema.exactOptional(),
  /**
   * SHA-256 of all verified facts. Documents that differ only in unverified claims have the same
   * digest.
   */
  facts_digest: z.string(),
});

/** The report of a verification. */
export type Report = z.infer<typeof reportSchema>;
/** A check as a report contains it. */
export type ReportedCheck = Report['checks'][number];

type Judged = {
  readonly status: CheckStatus;
  readonly measured?: string;
  readonly expected?: string;
  /** Whether the evidence is true, and only the policy rejects. */
  readonly isMiss?: boolean;
};

const NOT_REACHED: Judged = {
  status: 'skip',
  measured: 'not judged: something it depends on failed or is missing',
};
const NOT_ASKED: Judged = { status: 'skip', measured: 'not requested' };

const MAX_TEXT = 400;

/** Makes text from evidence safe for a terminal: printable ASCII of bounded length. */
export function printable(text: string): string {
  const clean = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return clean.length <= MAX_TEXT
    ? clean
    : `${clean.slice(0, MAX_TEXT)}... (${clean.length} characters)`;
}

const judgedAs = (status: CheckStatus, measured?: string, expected?: string): Judged => ({
  status,
  ...(measured === undefined ? {} : { measured: printable(measured) }),
  ...(expected === undefined ? {} : { expected: printable(expected) }),
});

/** Returns whether a result takes the place of an earlier one. */
const isGraver = (later: Judged, earlier: Judged): boolean =>
  later.status === 'fail' &&
  (earlier.status !== 'fail' || (earlier.isMiss === true && later.isMiss !== true));

/** Collects results and facts. A check without a result counts as skipped. */
export class Findings {
  readonly #judged = new Map<CheckId, Judged>();
  readonly #facts = new Map<string, unknown>();
  readonly headlines: string[] = [];

  /** Records a result. The first result of a check stands, unless a later one is a failure. */
  judge(id: CheckId, status: CheckStatus, measured?: string, expected?: string): void {
    this.#record(id, judgedAs(status, measured, expected));
  }

  /**
   * Records that the policy does not accept what a check of evidence found. A failure of the
   * evidence itself takes its place.
   */
  miss(id: CheckId, measured: string, expected: string): void {
    this.#record(id, { ...judgedAs('fail', measured, expected), isMiss: true });
  }

  #record(id: CheckId, judged: Judged): void {
    const before = this.#judged.get(id);
    if (before !== undefined && !isGraver(judged, before)) return;
    this.#judged.set(id, judged);
  }

  /** Records several results. */
  add(results: readonly CheckResult[]): void {
    for (const { id, status, measured, expected } of results) {
      this.judge(knownId(id), status, measured, expected);
    }
  }

  /** Records a fact that a check established, for the digest of facts. */
  fact(name: string, value: unknown): void {
    this.#facts.set(name, value);
  }

  /** Returns the status of a check, or undefined if it has no result yet. */
  statusOf(id: CheckId): CheckStatus | undefined {
    return this.#judged.get(id)?.status;
  }

  /**
   * Runs work that several checks depend on. If it throws, the check named by the error fails.
   * Passes no check.
   */
  read<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#refuse(error);
      return undefined;
    }
  }

  /**
   * Runs the work of a check. The check passes if the work returns; otherwise the check named by
   * the error fails.
   */
  attempt<T>(id: CheckId, work: () => T, describe: (value: T) => string = () => ''): T | undefined {
    try {
      const value = work();
      const measured = describe(value);
      this.judge(id, 'pass', measured === '' ? undefined : measured);
      return value;
    } catch (error) {
      this.#refuse(error);
      return undefined;
    }
  }

  #refuse(error: unknown): void {
    if (!(error instanceof EvidenceError)) throw error;
    this.judge(knownId(error.check), 'fail', error.reason);
  }

  /** Creates the report. `optional` lists the checks that may be skipped. */
  report(
    {
      governance,
      ...about
    }: Pick<Report, 'hardware' | 'policy' | 'judged_at'> & {
      readonly governance?: Governance | undefined;
    },
    optional: ReadonlySet<string>,
  ): Report {
    const checks = CHECK_IDS.map((id) => this.#reported(id, !optional.has(id)));
    const rejected = checks.some(
      ({ status, required }) => status === 'fail' || (status === 'skip' && required),
    );
    return {
      version: 1,
      verdict: rejected || !about.policy.reviewed ? 'rejected' : 'accepted',
      ...about,
      headlines: this.headlines,
      checks,
      not_decided: [...NOT_DECIDED],
      ...(governance === undefined ? {} : { governance }),
      facts_digest: this.#digest(),
    };
  }

  #reported(id: CheckId, required: boolean): ReportedCheck {
    const { status, measured, expected, isMiss } =
      this.#judged.get(id) ?? (required ? NOT_REACHED : NOT_ASKED);
    const { group, cut, failure, miss } = descriptionOf(id);
    return {
      id,
      group,
      cut: isMiss ? 'policy' : cut,
      status,
      required,
      ...(measured === undefined ? {} : { measured }),
      ...(expected === undefined ? {} : { expected }),
      ...(status === 'fail' ? { means: isMiss ? (miss ?? failure) : failure } : {}),
    };
  }

  #digest(): string {
    const text = canonicalize(Object.fromEntries(this.#facts)) ?? '';
    return sha256Hex(text);
  }
}

function knownId(id: string): CheckId {
  const known = CHECK_IDS.find((each) => each === id);
  if (known === undefined) throw new TypeError(`no check is named ${id}`);
  return known;
}

/** The groups in the order of a report. */
export const GROUPS: readonly CheckGroup[] = [
  ...new Set([...CHECKS.values()].map(({ group }) => group)),
];
