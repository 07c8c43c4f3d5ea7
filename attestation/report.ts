/** The report of a verification: every check with its verdict, and one verdict over all. */
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { EvidenceError, type CheckResult, type CheckStatus } from './check.js';
import { CHECK_IDS, CHECKS, NOT_DECIDED, type CheckGroup, type CheckId } from './checks.js';
import { sha256Hex } from './bytes.js';

const checkSchema = z.strictObject({
  id: z.enum(CHECK_IDS as [CheckId, ...CheckId[]]),
  group: z.string(),
  cut: z.enum(['evidence', 'policy']),
  status: z.enum(['pass', 'fail', 'skip', 'info']),
  /** Whether a skip or a failure of it rejects; a failure always does. */
  required: z.boolean(),
  measured: z.string().exactOptional(),
  expected: z.string().exactOptional(),
  /** Of a check that did not pass: what that means. */
  means: z.string().exactOptional(),
});

/** The report as `--json` prints it; the published schema is made from this. */
export const reportSchema = z.strictObject({
  version: z.literal(1),
  verdict: z.enum(['accepted', 'rejected']),
  /** By the root that verified, whatever the document claims. */
  hardware: z.enum(['genuine', 'simulated', 'unverified']),
  policy: z.strictObject({ name: z.string(), reviewed: z.boolean() }),
  /** The time at which validity was judged. */
  judged_at: z.string(),
  /** What a reader must know first. */
  headlines: z.array(z.string()),
  checks: z.array(checkSchema),
  not_decided: z.array(z.string()),
  /** SHA-256 over everything that was verified; equal for documents that differ in claims alone. */
  facts_digest: z.string(),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportedCheck = Report['checks'][number];

type Judged = {
  readonly status: CheckStatus;
  readonly measured?: string;
  readonly expected?: string;
};

const NOT_REACHED: Judged = {
  status: 'skip',
  measured: 'not judged: what it rests on is missing or failed',
};
const NOT_ASKED: Judged = { status: 'skip', measured: 'not asked for' };

const MAX_TEXT = 400;

/** Text that came from evidence, fit for a terminal: no control characters, of bounded length. */
export function printable(text: string): string {
  const clean = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return clean.length <= MAX_TEXT
    ? clean
    : `${clean.slice(0, MAX_TEXT)}... (${clean.length} characters)`;
}

/** Collects verdicts and facts. A check that nobody judged is skipped. */
export class Findings {
  readonly #judged = new Map<CheckId, Judged>();
  readonly #facts = new Map<string, unknown>();
  readonly headlines: string[] = [];

  /** The first verdict of a check stands, unless a later one fails it. */
  judge(id: CheckId, status: CheckStatus, measured?: string, expected?: string): void {
    const before = this.#judged.get(id)?.status;
    if (before === 'fail' || (before !== undefined && status !== 'fail')) return;
    this.#judged.set(id, {
      status,
      ...(measured === undefined ? {} : { measured: printable(measured) }),
      ...(expected === undefined ? {} : { expected: printable(expected) }),
    });
  }

  add(results: readonly CheckResult[]): void {
    for (const { id, status, measured, expected } of results) {
      this.judge(knownId(id), status, measured, expected);
    }
  }

  /** Something that a check established, for the digest of facts. */
  fact(name: string, value: unknown): void {
    this.#facts.set(name, value);
  }

  statusOf(id: CheckId): CheckStatus | undefined {
    return this.#judged.get(id)?.status;
  }

  /** Does some work that checks rest on: fails the check that the work's error names, and passes none. */
  read<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#refuse(error);
      return undefined;
    }
  }

  /** Does some work for a check: passes it, or fails the check that the work's error names. */
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

  /** `optional`: checks that may be skipped. */
  report(
    about: Pick<Report, 'hardware' | 'policy' | 'judged_at'>,
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
      facts_digest: this.#digest(),
    };
  }

  #reported(id: CheckId, required: boolean): ReportedCheck {
    const { status, measured, expected } =
      this.#judged.get(id) ?? (required ? NOT_REACHED : NOT_ASKED);
    const { group, cut, failure } = CHECKS.get(id) ?? { group: '', cut: 'evidence', failure: '' };
    return {
      id,
      group,
      cut,
      status,
      required,
      ...(measured === undefined ? {} : { measured }),
      ...(expected === undefined ? {} : { expected }),
      ...(status === 'fail' ? { means: failure } : {}),
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

export const GROUPS: readonly CheckGroup[] = [
  ...new Set([...CHECKS.values()].map(({ group }) => group)),
];
