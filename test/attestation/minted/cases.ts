/**
 * Evidence of a test authority with one error each: the verdict of dcap-qvl alone, and the checks
 * of ours that fail.
 */
import { USAGE } from './certificate.js';
import { extension, integer, sequence } from './der-writer.js';
import { AT_S, COMPONENTS, MODULE, svnLevel, tcbLevel, type MachineOptions } from './machine.js';
import { AT_BODY } from './report.js';

const DAY_MS = 86_400_000;
const AT_MS = AT_S * 1_000;
const PCK_SERIAL = 5;
const issuingPoint = extension('2.5.29.28', true, sequence());
const zeroTo = (count: number): number[] => Array.from({ length: count }, () => 0);

const withModuleLevels =
  (...tcbLevels: readonly object[]) =>
  (info: Record<string, unknown>): Record<string, unknown> => ({
    ...info,
    tdxModuleIdentities: [{ id: 'TDX_01', ...MODULE, tcbLevels }],
  });
const withLevels =
  (...tcbLevels: readonly object[]) =>
  (info: Record<string, unknown>): Record<string, unknown> => ({ ...info, tcbLevels });

export type Case = readonly [string, MachineOptions, string, readonly string[]];

/** Cases that dcap-qvl accepts as UpToDate and a check of ours refuses. */
export const GAPS: readonly Case[] = [
  [
    'an authority of another name than the one that the PCK names',
    { caName: 'Test SGX PCK Platform CA of somebody else' },
    'UpToDate',
    ['quote.pck-chain'],
  ],
  [
    'a PCK list of another authority of that name',
    { pckList: { issuer: 'stranger' } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a stale PCK list',
    { pckList: { thisUpdateMs: AT_MS - 9 * DAY_MS, nextUpdateMs: AT_MS - DAY_MS } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a PCK list of tomorrow',
    { pckList: { thisUpdateMs: AT_MS + DAY_MS, nextUpdateMs: AT_MS + 9 * DAY_MS } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    "a stale list of the root's",
    { rootList: { thisUpdateMs: AT_MS - 9 * DAY_MS, nextUpdateMs: AT_MS - DAY_MS } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    "the processor authority's list for a PCK of the platform authority",
    { listIssuer: 'processorCa', pckList: { issuer: 'processorCa' } },
    'UpToDate',
    ['collateral.crl', 'collateral.match'],
  ],
  [
    'a PCK list of one authority under the chain of the other',
    { pckList: { issuer: 'processorCa' } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a PCK list that is partial',
    { pckList: { extensions: [issuingPoint] } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'an authority that may not sign lists',
    { ca: { usage: USAGE.certify } },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'garbage for the PCK list, which would revoke the PCK',
    { collateral: (all) => ({ ...all, pck_crl: '3003020101' }) },
    'UpToDate',
    ['collateral.crl'],
  ],
  [
    'a blank PCK list',
    { collateral: (all) => ({ ...all, pck_crl: '' }) },
    'UpToDate',
    ['collateral.format'],
  ],
  ['a quoting enclave of another vendor', { header: [[12, [1]]] }, 'UpToDate', ['quote.format']],
  ['a PCK by the TCB signing key', { pckIssuer: 'signer' }, 'UpToDate', ['quote.pck-chain']],
  ['an authority that is no CA', { ca: { isCa: false } }, 'UpToDate', ['quote.pck-chain']],
  [
    'an authority that may not certify',
    { ca: { usage: USAGE.sign } },
    'UpToDate',
    ['quote.pck-chain'],
  ],
  ['a root that allows no authority', { root: { pathLength: 0 } }, 'UpToDate', ['quote.pck-chain']],
  ['a PCK that may certify', { pck: { usage: 0x84 } }, 'UpToDate', ['quote.pck-chain']],
  [
    'a critical extension of the PCK that nobody understands',
    { pckExtensions: [extension('1.2.3.4', true, integer(1))] },
    'UpToDate',
    ['quote.pck-chain'],
  ],
  [
    'a module of another signer',
    { body: [[AT_BODY.mrSignerSeam, [1]]] },
    'UpToDate',
    ['tcb.module'],
  ],
  ['a module attribute', { body: [[AT_BODY.seamAttributes, [1]]] }, 'UpToDate', ['tcb.module']],
  [
    'a module that is too old',
    { body: [[AT_BODY.teeTcbSvn, [10]]] },
    'UpToDate',
    ['quote.second-opinion', 'tcb.module'],
  ],
  [
    'a module of an unknown version',
    { body: [[AT_BODY.teeTcbSvn, [11, 2]]] },
    'UpToDate',
    ['quote.second-opinion', 'tcb.module'],
  ],
  [
    'a revoked module',
    { tcbInfo: withModuleLevels(svnLevel(11, 'Revoked')) },
    'UpToDate',
    ['quote.second-opinion', 'tcb.module'],
  ],
  [
    'a module of a status that modules do not have',
    { tcbInfo: withModuleLevels(svnLevel(11, 'ConfigurationNeeded')) },
    'UpToDate',
    ['quote.second-opinion', 'tcb.module'],
  ],
  [
    'a PCE id that is not that of the TCB information',
    { platform: { pceId: Uint8Array.of(1, 0) } },
    'UpToDate',
    ['collateral.match'],
  ],
  ['an owner', { body: [[AT_BODY.mrOwner, [1]]] }, 'UpToDate', ['td.attributes']],
  [
    'an extended feature that is not allowed',
    { body: [[AT_BODY.xfam + 2, [7]]] },
    'UpToDate',
    ['td.attributes'],
  ],
  [
    'performance counters',
    { body: [[AT_BODY.tdAttributes + 7, [0x80]]] },
    'UpToDate',
    ['td.attributes'],
  ],
  [
    'an out-of-date level, which only a policy refuses',
    { platform: { components: [3, ...COMPONENTS.slice(1)] } },
    'OutOfDate',
    ['tcb.status'],
  ],
  [
    'TCB information of version 4',
    { tcbInfo: (info) => ({ ...info, version: 4 }) },
    'UpToDate',
    ['collateral.tcb-info'],
  ],
];

const svn2 = (...bytes: readonly number[]): MachineOptions => ({
  form: 'v5 TD1.5',
  body: [[AT_BODY.teeTcbSvn2, bytes]],
});
const UNSEEN_MODULE = ['quote.second-opinion', 'tcb.module'];
const UNSEEN_PLATFORM = ['quote.second-opinion', 'tcb.status'];

/**
 * A TD 1.5 machine whose module was replaced while it ran. dcap-qvl judges only the level at
 * launch.
 */
export const TD15: readonly Case[] = [
  ['a current module that is too old', svn2(10, 1, 4), 'UpToDate', UNSEEN_MODULE],
  ['a current module of an unknown version', svn2(11, 2, 4), 'UpToDate', UNSEEN_MODULE],
  [
    'a current module that is revoked',
    {
      ...svn2(9, 1, 4),
      tcbInfo: withModuleLevels(svnLevel(11), svnLevel(8, 'Revoked')),
    },
    'UpToDate',
    UNSEEN_MODULE,
  ],
  [
    'a current module that is out of date, which only a policy refuses',
    {
      ...svn2(9, 1, 4),
      tcbInfo: withModuleLevels(svnLevel(11), svnLevel(8, 'OutOfDate')),
    },
    'UpToDate',
    ['tcb.module'],
  ],
  [
    'a module at launch that is too old, under a current one that is not',
    { form: 'v5 TD1.5', body: [[AT_BODY.teeTcbSvn, [10]]] },
    'UpToDate',
    UNSEEN_MODULE,
  ],
  ['a current platform below every level', svn2(11, 1, 3), 'UpToDate', UNSEEN_PLATFORM],
  [
    'a current platform that is revoked',
    {
      ...svn2(11, 1, 3),
      tcbInfo: withLevels(
        tcbLevel(4, 'UpToDate', '2026-08-13'),
        tcbLevel(4, 'Revoked', '2026-01-01', 3),
      ),
    },
    'UpToDate',
    UNSEEN_PLATFORM,
  ],
  [
    'a current platform that is out of date, which only a policy refuses',
    {
      ...svn2(11, 1, 3),
      tcbInfo: withLevels(
        tcbLevel(4, 'UpToDate', '2026-08-13'),
        tcbLevel(4, 'OutOfDate', '2026-01-01', 3),
      ),
    },
    'UpToDate',
    ['tcb.status'],
  ],
  [
    'a current module of version 0, which the platform does not reach',
    svn2(4, 0, 4),
    'UpToDate',
    UNSEEN_PLATFORM,
  ],
];

/** Cases that both refuse. The name of our failing check states the reason. */
export const BOTH: readonly Case[] = [
  ['quoting enclave data of another length', { qeAuthBytes: 31 }, 'refuses', ['quote.format']],
  ['a PCK that is a CA', { pck: { isCa: true } }, 'refuses', ['quote.pck-chain']],
  [
    'a TCB signer that is a CA',
    { signer: { isCa: true, usage: USAGE.listAndCertify } },
    'refuses',
    ['collateral.tcb-info', 'collateral.qe-identity'],
  ],
  ['a revoked PCK', { pckList: { revoked: [PCK_SERIAL] } }, 'refuses', ['collateral.crl']],
  ['a revoked authority', { rootList: { revoked: [2] } }, 'refuses', ['collateral.crl']],
  ['a revoked TCB signer', { rootList: { revoked: [4] } }, 'refuses', ['collateral.crl']],
  ['another family', { platform: { fmspc: new Uint8Array(6) } }, 'refuses', ['collateral.match']],
  [
    'a service machine',
    { form: 'v5 TD1.5', body: [[AT_BODY.mrServiceTd, [1]]] },
    'refuses',
    ['td.attributes'],
  ],
  ['debug', { body: [[AT_BODY.tdAttributes, [1]]] }, 'refuses', ['td.attributes']],
  [
    'no SEPT_VE_DISABLE',
    { body: [[AT_BODY.tdAttributes, zeroTo(8)]] },
    'refuses',
    ['td.attributes'],
  ],
  ['a debug quoting enclave', { qeReport: [[48, 0x17]] }, 'refuses', ['tcb.qe-status']],
  ['a quoting enclave of another signer', { qeReport: [[128, 0]] }, 'refuses', ['tcb.qe-status']],
  ['a quoting enclave that is too old', { qeReport: [[258, 3]] }, 'refuses', ['tcb.qe-status']],
  [
    'TCB information for SGX',
    { tcbInfo: (info) => ({ ...info, id: 'SGX' }) },
    'refuses',
    ['collateral.tcb-info'],
  ],
  [
    'the identity of the enclave for SGX',
    { qeIdentity: (identity) => ({ ...identity, id: 'QE' }) },
    'refuses',
    ['collateral.qe-identity'],
  ],
  [
    'a level that is revoked',
    { tcbInfo: (info) => ({ ...info, tcbLevels: [tcbLevel(4, 'Revoked', '2026-01-01')] }) },
    'refuses',
    ['tcb.status'],
  ],
];
