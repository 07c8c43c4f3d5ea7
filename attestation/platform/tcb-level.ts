/**
 * Which of Intel's TCB levels a platform reaches: the highest of those that ask no more than it has, whatever order they
 * are written in (PCS, "Determining TCB level").
 */
import type { PckPlatform } from '../evidence/pck-extension.js';
import type { TcbStatus } from '../evidence/signed-json.js';
import type { SvnLevel, TcbInfo, TcbLevel } from '../evidence/tcb-info.js';

export type LevelFinding = {
  readonly status: TcbStatus;
  /** INTEL-SA-… that the level lists. */
  readonly advisories: readonly string[];
  /** RFC 3339. */
  readonly tcbDate: string;
  /** When the first level above this one came (milliseconds since 1970); undefined for the highest. */
  readonly replacedAtMs?: number;
};

type Judgement = {
  readonly tcbStatus: TcbStatus;
  readonly tcbDate: string;
  readonly advisoryIDs?: readonly string[] | undefined;
};

/** Compares lists of numbers from the first on. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const difference = value - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** From best to worst, in the order in which dcap-qvl has them. */
const SEVERITY: readonly TcbStatus[] = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
];

/** The worse of two statuses. */
export function worseStatus(a: TcbStatus, b: TcbStatus): TcbStatus {
  return SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b;
}

/**
 * The status of several parts together: Revoked when one is, else what any of them needs, so that an outdated module under a
 * platform that needs configuration is OutOfDateConfigurationNeeded. It is undefined when one of them matches no level.
 */
export function combinedStatus(
  findings: readonly (Pick<LevelFinding, 'status'> | undefined)[],
): TcbStatus | undefined {
  const statuses = findings.flatMap((finding) => finding?.status ?? []);
  if (statuses.length < findings.length) return undefined;
  if (statuses.includes('Revoked')) return 'Revoked';
  const needs = (word: string): boolean => statuses.some((status) => status.includes(word));
  if (needs('OutOfDate')) {
    return needs('Configuration') ? 'OutOfDateConfigurationNeeded' : 'OutOfDate';
  }
  if (needs('Configuration')) {
    return needs('SWHardening') ? 'ConfigurationAndSWHardeningNeeded' : 'ConfigurationNeeded';
  }
  return needs('SWHardening') ? 'SWHardeningNeeded' : 'UpToDate';
}

/**
 * The highest level that matches; `asks` gives what a level asks for, most significant first. Of two that ask the same, the
 * worse counts.
 */
function findHighest<Level extends Judgement>(
  levels: readonly Level[],
  asks: (level: Level) => readonly number[],
  matches: (level: Level) => boolean,
): LevelFinding | undefined {
  const sorted = levels.toSorted(
    (a, b) =>
      compareLists(asks(b), asks(a)) ||
      SEVERITY.indexOf(b.tcbStatus) - SEVERITY.indexOf(a.tcbStatus),
  );
  const at = sorted.findIndex(matches);
  const level = sorted[at];
  if (level === undefined) return undefined;
  const above = sorted.slice(0, at).map(({ tcbDate }) => Date.parse(tcbDate));
  return {
    status: level.tcbStatus,
    advisories: level.advisoryIDs ?? [],
    tcbDate: level.tcbDate,
    ...(above.length === 0 ? {} : { replacedAtMs: Math.min(...above) }),
  };
}

const svns = (components: readonly { readonly svn: number }[]): readonly number[] =>
  components.map(({ svn }) => svn);

const reaches = (has: readonly number[], asked: readonly number[]): boolean =>
  asked.every((svn, at) => (has[at] ?? -1) >= svn);

/**
 * The platform's level: SGX components, PCE SVN and TDX components (16 bytes of `teeTcbSvn`) must all be reached. From
 * module version 1 on (second byte), the first two TDX components are the module's own and judged by its identity.
 */
export function findTcbLevel(
  tcbInfo: TcbInfo,
  platform: PckPlatform,
  teeTcbSvn: Uint8Array,
): LevelFinding | undefined {
  const from = (teeTcbSvn[1] ?? 0) > 0 ? 2 : 0;
  const has = [...teeTcbSvn];
  const asks = ({ tcb }: TcbLevel): readonly number[] => [
    ...svns(tcb.sgxtcbcomponents),
    ...svns(tcb.tdxtcbcomponents),
    tcb.pcesvn,
  ];
  return findHighest(
    tcbInfo.tcbLevels,
    asks,
    ({ tcb }) =>
      reaches(platform.components, svns(tcb.sgxtcbcomponents)) &&
      platform.pceSvn >= tcb.pcesvn &&
      reaches(has.slice(from), svns(tcb.tdxtcbcomponents).slice(from)),
  );
}

/** The level of something that has one SVN. */
export function findSvnLevel(levels: readonly SvnLevel[], svn: number): LevelFinding | undefined {
  return findHighest(
    levels,
    ({ tcb }) => [tcb.isvsvn],
    ({ tcb }) => svn >= tcb.isvsvn,
  );
}
