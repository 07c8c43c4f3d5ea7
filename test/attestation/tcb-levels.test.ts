/**
 * Tests TCB levels: the highest one that a platform reaches, in any order, and the policy's verdict
 * on it.
 */
import { test } from '../test.js';
import fc from 'fast-check';
import type { CheckStatus } from '../../attestation/check.js';
import type { PckPlatform } from '../../attestation/evidence/pck-extension.js';
import type { TcbStatus } from '../../attestation/evidence/signed-json.js';
import type { TcbInfo, TcbLevel } from '../../attestation/evidence/tcb-info.js';
import type { TdReport } from '../../attestation/evidence/tdx-quote.js';
import { judgeLevel, type LevelRule } from '../../attestation/platform/judge-level.js';
import { findQeLevel, judgeQe } from '../../attestation/platform/qe-status.js';
import {
  combinedStatus,
  findSvnLevel,
  findTcbLevel,
  worseStatus,
} from '../../attestation/platform/tcb-level.js';
import { judgeModule } from '../../attestation/platform/tcb-module.js';

const AT_MS = Date.parse('2026-08-15T00:00:00Z');
const sixteen = (values: readonly number[]): { svn: number }[] =>
  Array.from({ length: 16 }, (_, at) => ({ svn: values[at] ?? 0 }));

function level(
  sgx: readonly number[],
  tdx: readonly number[],
  pcesvn: number,
  tcbStatus: TcbStatus,
  tcbDate: string,
): TcbLevel {
  const tcb = { sgxtcbcomponents: sixteen(sgx), tdxtcbcomponents: sixteen(tdx), pcesvn };
  return { tcb, tcbStatus, tcbDate: `${tcbDate}T00:00:00Z` };
}

const LEVELS = [
  level([4, 4], [5, 0, 4], 11, 'UpToDate', '2026-08-13'),
  level([3, 3], [5, 0, 3], 11, 'OutOfDate', '2025-05-14'),
  level([2, 2], [5, 0, 2], 11, 'OutOfDateConfigurationNeeded', '2024-03-13'),
  level([2, 2], [5, 0, 2], 5, 'Revoked', '2018-01-04'),
];

const zeros = '0'.repeat(96);
const module = { mrsigner: zeros, attributes: '0'.repeat(16), attributesMask: 'F'.repeat(16) };
const svn = (isvsvn: number, tcbStatus: TcbStatus) => ({
  tcb: { isvsvn },
  tcbStatus,
  tcbDate: '2025-08-13T00:00:00Z',
  advisoryIDs: tcbStatus === 'UpToDate' ? [] : ['INTEL-SA-01192'],
});
const tcbInfo: TcbInfo = {
  id: 'TDX',
  version: 3,
  issueDate: '2026-08-13T00:00:00Z',
  nextUpdate: '2026-09-12T00:00:00Z',
  fmspc: 'B0C06F000000',
  pceId: '0000',
  tcbType: 0,
  tcbEvaluationDataNumber: 20,
  tdxModule: module,
  tdxModuleIdentities: [
    { id: 'TDX_01', ...module, tcbLevels: [svn(4, 'OutOfDate'), svn(11, 'UpToDate')] },
    { id: 'TDX_0A', ...module, tcbLevels: [svn(1, 'UpToDate')] },
  ],
  tcbLevels: LEVELS,
};
const withLevels = (tcbLevels: TcbLevel[]): TcbInfo => ({ ...tcbInfo, tcbLevels });

function platform(components: readonly number[], pceSvn: number): PckPlatform {
  return {
    ppid: new Uint8Array(16),
    cpuSvn: new Uint8Array(16),
    pceSvn,
    components: sixteen(components).map(({ svn: value }) => value),
    pceId: new Uint8Array(2),
    fmspc: new Uint8Array(6),
    sgxType: 1,
    flags: {},
  };
}

const tee = (...bytes: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, at) => bytes[at] ?? 0);

const PLATFORMS: readonly (readonly [
  readonly number[],
  number,
  Uint8Array,
  TcbStatus | undefined,
])[] = [
  [[4, 4], 11, tee(11, 1, 4), 'UpToDate'],
  [[9, 9], 20, tee(11, 1, 9), 'UpToDate'],
  [[4, 3], 11, tee(11, 1, 4), 'OutOfDate'],
  [[4, 4], 11, tee(11, 1, 3), 'OutOfDate'],
  [[2, 4], 11, tee(11, 1, 4), 'OutOfDateConfigurationNeeded'],
  [[4, 4], 10, tee(11, 1, 4), 'Revoked'],
  [[4, 4], 4, tee(11, 1, 4), undefined],
  [[1, 4], 11, tee(11, 1, 4), undefined],
  [[4, 4], 11, tee(11, 1, 1), undefined],
];
for (const [components, pceSvn, svns, status] of PLATFORMS) {
  test(`components ${components.join(' ')}, PCE ${pceSvn} and TDX ${svns.slice(0, 3).join(' ')} are ${status ?? 'below every level'}`, (t) => {
    t.is(findTcbLevel(tcbInfo, platform(components, pceSvn), svns)?.status, status);
  });
}

test('the order of the levels does not matter', (t) => {
  const shuffled = fc.shuffledSubarray(LEVELS, { minLength: 4 });
  fc.assert(
    fc.property(shuffled, fc.nat(PLATFORMS.length - 1), (levels, at) => {
      const [components = [], pceSvn = 0, svns = tee(), status] = PLATFORMS[at] ?? [];
      const found = findTcbLevel(withLevels(levels), platform(components, pceSvn), svns);
      t.is(found?.status, status);
    }),
  );
});

test('of two levels with equal requirements the worse one counts', (t) => {
  const twice = [LEVELS[0], { ...LEVELS[0], tcbStatus: 'Revoked' }] as TcbLevel[];
  const found = findTcbLevel(withLevels(twice), platform([4, 4], 11), tee(11, 1, 4));
  t.is(found?.status, 'Revoked');
});

test("the first two TDX components are the module's own from version 1 on, and the platform's before", (t) => {
  const has = platform([4, 4], 11);
  t.is(findTcbLevel(tcbInfo, has, tee(2, 1, 4))?.status, 'UpToDate');
  t.is(findTcbLevel(tcbInfo, has, tee(2, 0, 4)), undefined);
  t.is(findTcbLevel(tcbInfo, has, tee(5, 0, 4))?.status, 'UpToDate');
});

test('a platform with fewer components than a level requires does not reach it', (t) => {
  const short = { ...platform([4, 4], 11), components: [4, 4] };
  t.is(findTcbLevel(tcbInfo, short, tee(11, 1, 4)), undefined);
});

test('the SVN of a module or an enclave reaches the highest level that is not above it', (t) => {
  const levels = [svn(2, 'Revoked'), svn(11, 'UpToDate'), svn(4, 'OutOfDate')];
  const statuses = [1, 2, 3, 4, 10, 11, 12].map((value) => findSvnLevel(levels, value)?.status);
  t.deepEqual(statuses, [
    undefined,
    'Revoked',
    'Revoked',
    'OutOfDate',
    'OutOfDate',
    'UpToDate',
    'UpToDate',
  ]);
});

test('the worse of two statuses does not depend on their order', (t) => {
  t.is(worseStatus('UpToDate', 'OutOfDate'), 'OutOfDate');
  t.is(worseStatus('OutOfDate', 'UpToDate'), 'OutOfDate');
  t.is(worseStatus('Revoked', 'OutOfDateConfigurationNeeded'), 'Revoked');
});

const COMBINED: readonly (readonly [readonly (TcbStatus | undefined)[], TcbStatus | undefined])[] =
  [
    [[], 'UpToDate'],
    [['UpToDate', 'UpToDate'], 'UpToDate'],
    [['UpToDate', 'SWHardeningNeeded'], 'SWHardeningNeeded'],
    [['ConfigurationNeeded', 'UpToDate'], 'ConfigurationNeeded'],
    [['ConfigurationNeeded', 'SWHardeningNeeded'], 'ConfigurationAndSWHardeningNeeded'],
    [['ConfigurationAndSWHardeningNeeded', 'UpToDate'], 'ConfigurationAndSWHardeningNeeded'],
    [['OutOfDate', 'SWHardeningNeeded'], 'OutOfDate'],
    [['OutOfDate', 'ConfigurationNeeded'], 'OutOfDateConfigurationNeeded'],
    [['ConfigurationAndSWHardeningNeeded', 'OutOfDate'], 'OutOfDateConfigurationNeeded'],
    [['OutOfDateConfigurationNeeded', 'UpToDate'], 'OutOfDateConfigurationNeeded'],
    [['UpToDate', 'Revoked', 'OutOfDate'], 'Revoked'],
    [['UpToDate', undefined], undefined],
    [['Revoked', undefined], undefined],
  ];
for (const [statuses, together] of COMBINED) {
  const shown = statuses.map((status) => status ?? 'no level').join(', ') || 'nothing';
  test(`parts that are ${shown} are together ${together ?? 'at no level'}`, (t) => {
    const findings = statuses.map((status) => (status === undefined ? undefined : { status }));
    t.is(combinedStatus(findings), together);
    t.is(combinedStatus(findings.toReversed()), together);
  });
}

const strict: LevelRule = { allowed: ['UpToDate'], graceDays: 0, advisories: [], atMs: AT_MS };
const found = (status: TcbStatus, advisories: readonly string[] = [], replacedAt?: string) => ({
  status,
  advisories,
  tcbDate: '2025-05-14T00:00:00Z',
  ...(replacedAt === undefined ? {} : { replacedAtMs: Date.parse(replacedAt) }),
});
const verdict = (finding: ReturnType<typeof found> | undefined, rule: Partial<LevelRule>) =>
  judgeLevel('tcb.status', finding, { ...strict, ...rule }).status;

test('only statuses that the policy lists are accepted, and Revoked never is', (t) => {
  t.is(verdict(found('UpToDate'), {}), 'pass');
  t.is(verdict(undefined, {}), 'fail');
  for (const status of ['SWHardeningNeeded', 'ConfigurationNeeded', 'OutOfDate'] as const) {
    t.is(verdict(found(status), {}), 'fail');
    t.is(verdict(found(status), { allowed: ['UpToDate', status] }), 'pass');
  }
  t.is(verdict(found('Revoked'), { allowed: ['UpToDate', 'Revoked'], graceDays: 365 }), 'fail');
});

test('the days of grace begin with the next level and apply to OutOfDate only', (t) => {
  const late = found('OutOfDate', [], '2026-08-13');
  t.is(verdict(late, { graceDays: 0 }), 'fail');
  t.is(verdict(late, { graceDays: 1 }), 'fail');
  t.is(verdict(late, { graceDays: 2 }), 'pass');
  t.is(verdict(late, { graceDays: 2, atMs: AT_MS + 1 }), 'fail');
  t.is(verdict(late, { graceDays: 2, atMs: Number.NaN }), 'fail');
  t.is(verdict(found('OutOfDate'), { graceDays: 365 }), 'fail');
  const configured = found('OutOfDateConfigurationNeeded', [], '2026-08-13');
  t.is(verdict(configured, { graceDays: 365 }), 'fail');
});

test('a level that was replaced repeatedly was replaced when the first new level came', (t) => {
  const level3 = findTcbLevel(tcbInfo, platform([2, 2], 11), tee(11, 1, 2));
  t.is(level3?.replacedAtMs, Date.parse('2025-05-14T00:00:00Z'));
  const highest = findTcbLevel(tcbInfo, platform([4, 4], 11), tee(11, 1, 4));
  t.is(highest?.replacedAtMs, undefined);
});

test('an advisory that the policy does not accept fails, even with an accepted status', (t) => {
  const hardened = found('SWHardeningNeeded', ['INTEL-SA-00615', 'INTEL-SA-00657']);
  const allowed = ['SWHardeningNeeded'] as const;
  t.is(verdict(hardened, { allowed, advisories: null }), 'pass');
  t.is(verdict(hardened, { allowed, advisories: ['INTEL-SA-00615', 'INTEL-SA-00657'] }), 'pass');
  t.is(verdict(hardened, { allowed, advisories: ['INTEL-SA-00615'] }), 'fail');
  const { measured } = judgeLevel('tcb.status', hardened, { ...strict, allowed });
  t.regex(measured ?? '', /INTEL-SA-00615, INTEL-SA-00657/);
});

const report = (teeTcbSvn: Uint8Array, changes: Partial<TdReport> = {}): TdReport => ({
  teeTcbSvn,
  mrSeam: new Uint8Array(48),
  mrSignerSeam: new Uint8Array(48),
  seamAttributes: new Uint8Array(8),
  tdAttributes: new Uint8Array(8),
  xfam: new Uint8Array(8),
  mrTd: new Uint8Array(48),
  mrConfigId: new Uint8Array(48),
  mrOwner: new Uint8Array(48),
  mrOwnerConfig: new Uint8Array(48),
  rtmrs: [new Uint8Array(48), new Uint8Array(48), new Uint8Array(48), new Uint8Array(48)],
  reportData: new Uint8Array(64),
  ...changes,
});
const rule: LevelRule = { ...strict, advisories: null };
const one = (size: number): Uint8Array => new Uint8Array(size).fill(1, 0, 1);
const { tdxModuleIdentities: _identities, ...withoutIdentities } = tcbInfo;

const twice: TcbInfo = {
  ...tcbInfo,
  tdxModuleIdentities: [
    ...(tcbInfo.tdxModuleIdentities ?? []),
    { id: 'TDX_01', ...module, tcbLevels: [svn(1, 'UpToDate')] },
  ],
};

const MODULES: readonly (readonly [string, TcbInfo, TdReport, CheckStatus])[] = [
  ['an up-to-date SVN', tcbInfo, report(tee(11, 1)), 'pass'],
  ['a newer SVN', tcbInfo, report(tee(12, 1)), 'pass'],
  ['an older SVN', tcbInfo, report(tee(10, 1)), 'fail'],
  ['an SVN below every level', tcbInfo, report(tee(3, 1)), 'fail'],
  ['version 10, named in capitals', tcbInfo, report(tee(1, 10)), 'pass'],
  ['a version without identity', tcbInfo, report(tee(11, 2)), 'fail'],
  ['no identities at all', withoutIdentities, report(tee(11, 1)), 'fail'],
  ['an identity that is there twice', twice, report(tee(11, 1)), 'fail'],
  ['version 0', tcbInfo, report(tee(0, 0)), 'pass'],
  ['version 0 of another signer', tcbInfo, report(tee(), { mrSignerSeam: one(48) }), 'fail'],
  ['another signer', tcbInfo, report(tee(11, 1), { mrSignerSeam: one(48) }), 'fail'],
  ['an attribute', tcbInfo, report(tee(11, 1), { seamAttributes: one(8) }), 'fail'],
];
for (const [what, info, body, status] of MODULES) {
  test(`a module with ${what}: ${status}`, (t) => {
    t.is(judgeModule(info, body, rule).status, status);
  });
}

test('an attribute of the module that the mask omits does not matter', (t) => {
  const masked = { ...module, attributesMask: `FE${'F'.repeat(14)}` };
  const info = { ...tcbInfo, tdxModule: masked };
  t.is(judgeModule(info, report(tee(), { seamAttributes: one(8) }), rule).status, 'pass');
});

const identity = {
  id: 'TD_QE' as const,
  version: 2 as const,
  issueDate: '2026-08-12T00:00:00Z',
  nextUpdate: '2026-09-11T00:00:00Z',
  tcbEvaluationDataNumber: 19,
  miscselect: '00000000',
  miscselectMask: 'FFFFFFFF',
  attributes: '11000000000000000000000000000000',
  attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
  mrsigner: 'DC'.repeat(32),
  isvprodid: 2,
  tcbLevels: [svn(4, 'UpToDate'), svn(3, 'OutOfDate')],
};
function qeReport(changes: readonly (readonly [number, number])[] = []): Uint8Array {
  const bytes = new Uint8Array(384);
  bytes.set([0x15, 0, 0, 0, 0, 0, 0, 0, 0xe7], 48);
  bytes.fill(0xdc, 128, 160);
  bytes.set([2, 0, 6, 0], 256);
  for (const [at, value] of changes) bytes[at] = value;
  return bytes;
}

const ENCLAVES: readonly (readonly [
  string,
  readonly (readonly [number, number])[],
  CheckStatus,
])[] = [
  ['everything right', [], 'pass'],
  ['another MISCSELECT', [[16, 1]], 'fail'],
  ['another attribute', [[49, 1]], 'fail'],
  ['the debug attribute', [[48, 0x17]], 'fail'],
  ['an attribute outside the mask', [[60, 1]], 'pass'],
  ['another signer', [[128, 0]], 'fail'],
  ['another product', [[256, 3]], 'fail'],
  ['a product of two bytes', [[257, 1]], 'fail'],
  ['an older SVN', [[258, 3]], 'fail'],
  ['an SVN below every level', [[258, 2]], 'fail'],
  ['a large SVN', [[259, 1]], 'pass'],
];
for (const [what, changes, status] of ENCLAVES) {
  test(`a quoting enclave with ${what}: ${status}`, (t) => {
    t.is(judgeQe(qeReport(changes), identity, rule).status, status);
  });
}

test('a level of the quoting enclave counts only with a status that Intel defines for it', (t) => {
  for (const status of ['SWHardeningNeeded', 'ConfigurationNeeded'] as const) {
    const undefinedThere = { ...identity, tcbLevels: [svn(4, status)] };
    const listed: LevelRule = { ...rule, allowed: ['UpToDate', status] };
    t.is(judgeQe(qeReport(), undefinedThere, listed).status, 'fail', status);
    t.is(findQeLevel(qeReport(), undefinedThere), undefined);
  }
  const old = { ...identity, tcbLevels: [svn(4, 'OutOfDate')] };
  t.is(judgeQe(qeReport(), old, { ...rule, allowed: ['OutOfDate'] }).status, 'pass');
  t.is(findQeLevel(qeReport(), old)?.status, 'OutOfDate');
});

test('a debug enclave is refused even if the mask omits the bit', (t) => {
  const lax = { ...identity, attributesMask: '0'.repeat(32) };
  t.is(judgeQe(qeReport([[48, 0x17]]), lax, rule).status, 'fail');
});
