/**
 * Finds the TCB level of a platform: the highest of Intel's levels whose requirements the platform
 * meets, regardless of their order (PCS, "Determining TCB level").
 */
import type { PckPlatform } from '../evidence/pck-extension.js';
import type { TcbStatus } from '../evidence/signed-json.js';
import type { SvnLevel, TcbInfo, TcbLevel } from '../evidence/tcb-info.js';

/** The level of a component. */
export type LevelFinding = {
  readonly status: TcbStatus;
  /** The advisories (INTEL-SA-…) that the level lists. */
  readonly advisories: readonly string[];
  /** RFC 3339. */
  readonly tcbDate: string;
  /**
   * When the first higher level was published, in milliseconds since 1970. Undefined for the
   * highest level.
   */
  readonly replacedAtMs?: number;
};

type Judgement = {
  readonly tcbStatus: TcbStatus;
  readonly tcbDate: string;
  readonly advisoryIDs?: readonly string[] | undefined;
};

/** Compares two lists of numbers lexicographically. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const difference = value - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** From best to worst, in the order of dcap-qvl. */
const SEVERITY: readonly TcbStatus[] = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
];

/** Returns the worse of two statuses. */
export function worseStatus(a: TcbStatus, b: TcbStatus): TcbStatus {
  return SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b;
}

/**
 * Combines the statuses of several parts. The result is Revoked if any of them is; otherwise it
 * includes whatever any of them needs, so an outdated module on a platform that needs configuration
 * is OutOfDateConfigurationNeeded. Returns undefined if a part matches no level.
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
 * Finds the highest level that matches. `asks` returns the requirements of a level, most
 * significant first. Of two levels with the same requirements, the worse counts.
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
 * Finds the platform's level. The SGX components, the PCE SVN and the TDX components (16 bytes of
 * `teeTcbSvn`) must all meet it. From module version 1 (second byte), the first two TDX components
 * belong to the module and are judged by its identity.
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

/** The statuses that Intel gives to a TDX module and to the quoting enclave. */
const SVN_STATUSES: ReadonlySet<TcbStatus> = new Set(['UpToDate', 'OutOfDate', 'Revoked']);

/** Returns whether Intel defines the status for a component that has a single SVN. */
export const isSvnStatus = ({ status }: LevelFinding): boolean => SVN_STATUSES.has(status);

/** Finds the level of a component that has a single SVN. */
export function findSvnLevel(levels: readonly SvnLevel[], svn: number): LevelFinding | undefined {
  return findHighest(
    levels,
    ({ tcb }) => [tcb.isvsvn],
    ({ tcb }) => svn >= tcb.isvsvn,
  );
}
