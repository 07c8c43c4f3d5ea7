/**
 * Creates a test machine with its own authority: a quote that verifies under its root, and the
 * collateral for it. Each option makes one part wrong, and nothing else.
 */
import { createHash, sign, type X509Certificate } from 'node:crypto';
import type { Machine } from '../genuine-machines.js';
import {
  USAGE,
  mintCertificate,
  mintCrl,
  newKey,
  type ListOptions,
  type Powers,
  type Subject,
} from './certificate.js';
import type { Der } from './der-writer.js';
import { platformExtension, type PlatformFacts } from './pck-platform.js';
import { mintReport, type ReportChanges } from './report.js';

export const AT_S = 1_786_622_400;
const DAY_MS = 86_400_000;
const AT_MS = AT_S * 1_000;
const VALIDITY = { fromMs: AT_MS - 1_000 * DAY_MS, toMs: AT_MS + 1_000 * DAY_MS };
const WINDOW = { thisUpdateMs: AT_MS - DAY_MS, nextUpdateMs: AT_MS + DAY_MS };

const subject = (name: string, serial: number): Subject => ({ name, serial, key: newKey() });
export const AUTHORITY = {
  root: subject('Test SGX Root CA', 1),
  platformCa: subject('Test SGX PCK Platform CA', 2),
  processorCa: subject('Test SGX PCK Processor CA', 3),
  signer: subject('Test SGX TCB Signing', 4),
  pck: subject('Test SGX PCK Certificate', 5),
  stranger: subject('Test SGX PCK Platform CA', 6),
} as const;
type Name = keyof typeof AUTHORITY;
const attestationKey = newKey();

type Json = Record<string, unknown>;

export type MachineOptions = ReportChanges & {
  readonly pckIssuer?: Name;
  /** Another name in the authority's own certificate. */
  readonly caName?: string;
  readonly pck?: Partial<Powers>;
  readonly ca?: Partial<Powers>;
  readonly signer?: Partial<Powers>;
  readonly root?: Partial<Powers>;
  readonly pckExtensions?: readonly Der[];
  readonly platform?: Partial<PlatformFacts>;
  /** The signer and the content of the PCK list. */
  readonly pckList?: Partial<ListOptions> & { readonly issuer?: Name };
  readonly rootList?: Partial<ListOptions>;
  /** The chain that the collateral contains for the PCK list. */
  readonly listIssuer?: Name;
  readonly tcbInfo?: (tcbInfo: Json) => Json;
  readonly qeIdentity?: (identity: Json) => Json;
  /** The default is 32. */
  readonly qeAuthBytes?: number;
  readonly qeReport?: readonly (readonly [number, number])[];
  readonly collateral?: (collateral: Json) => Json;
};

export const COMPONENTS = [4, 4, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0];
export const TDX_COMPONENTS = [5, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const svns = (values: readonly number[]): readonly Json[] => values.map((svn) => ({ svn }));

export const tcbLevel = (sgx0: number, tcbStatus: string, tcbDate: string, tdx2 = 4): Json => ({
  tcb: {
    sgxtcbcomponents: svns([sgx0, ...COMPONENTS.slice(1)]),
    pcesvn: 11,
    tdxtcbcomponents: svns([...TDX_COMPONENTS.slice(0, 2), tdx2, ...TDX_COMPONENTS.slice(3)]),
  },
  tcbDate: `${tcbDate}T00:00:00Z`,
  tcbStatus,
  ...(tcbStatus === 'UpToDate' ? {} : { advisoryIDs: ['INTEL-SA-99999'] }),
});
export const svnLevel = (isvsvn: number, tcbStatus = 'UpToDate'): Json => ({
  tcb: { isvsvn },
  tcbDate: '2026-08-01T00:00:00Z',
  tcbStatus,
});

const dates = {
  issueDate: new Date(WINDOW.thisUpdateMs).toISOString().replace('.000', ''),
  nextUpdate: new Date(WINDOW.nextUpdateMs).toISOString().replace('.000', ''),
};
export const MODULE = {
  mrsigner: '0'.repeat(96),
  attributes: '0'.repeat(16),
  attributesMask: 'F'.repeat(16),
};
const TCB_INFO: Json = {
  id: 'TDX',
  version: 3,
  ...dates,
  fmspc: 'B0C06F000000',
  pceId: '0000',
  tcbType: 0,
  tcbEvaluationDataNumber: 20,
  tdxModule: MODULE,
  tdxModuleIdentities: [{ id: 'TDX_01', ...MODULE, tcbLevels: [svnLevel(11)] }],
  tcbLevels: [tcbLevel(4, 'UpToDate', '2026-08-13'), tcbLevel(3, 'OutOfDate', '2025-05-14')],
};
const QE_IDENTITY: Json = {
  id: 'TD_QE',
  version: 2,
  ...dates,
  tcbEvaluationDataNumber: 20,
  miscselect: '00000000',
  miscselectMask: 'FFFFFFFF',
  attributes: '11000000000000000000000000000000',
  attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
  mrsigner: 'DC'.repeat(32),
  isvprodid: 2,
  tcbLevels: [svnLevel(4)],
};

const rawSign = (bytes: Uint8Array, { key }: Pick<Subject, 'key'>): Buffer =>
  sign('sha256', bytes, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
const pem = (...chain: readonly X509Certificate[]): string =>
  chain.map((certificate) => certificate.toString()).join('');

function mintCertificates(options: MachineOptions) {
  const { root, signer, pck } = AUTHORITY;
  const facts = {
    components: COMPONENTS,
    pceSvn: 11,
    pceId: new Uint8Array(2),
    fmspc: Uint8Array.of(0xb0, 0xc0, 0x6f, 0, 0, 0),
    ...options.platform,
  };
  const caPowers = { isCa: true, usage: USAGE.listAndCertify, pathLength: 0, ...options.ca };
  const leafPowers = { isCa: false, usage: USAGE.sign };
  const extensions = [platformExtension(facts), ...(options.pckExtensions ?? [])];
  const issuer = AUTHORITY[options.pckIssuer ?? 'platformCa'];
  const rootPowers = { isCa: true, usage: USAGE.listAndCertify, pathLength: 1, ...options.root };
  const certificateOf = (authority: Subject): X509Certificate =>
    authority.key === signer.key
      ? mintCertificate(signer, root, { ...leafPowers, ...options.signer }, VALIDITY)
      : mintCertificate(authority, root, caPowers, VALIDITY);
  return {
    root: mintCertificate(root, root, rootPowers, VALIDITY),
    issuer: certificateOf({ ...issuer, name: options.caName ?? issuer.name }),
    listIssuer: certificateOf(AUTHORITY[options.listIssuer ?? options.pckIssuer ?? 'platformCa']),
    signer: certificateOf(signer),
    pck: mintCertificate(pck, issuer, { ...leafPowers, ...options.pck }, VALIDITY, extensions),
  };
}

function mintQeReport(options: MachineOptions, keyBytes: Uint8Array, auth: Uint8Array): Buffer {
  const report = Buffer.alloc(384);
  report.set([0x15, 0, 0, 0, 0, 0, 0, 0, 0xe7], 48);
  report.fill(0xdc, 128, 160);
  report.set([2, 0, 6, 0], 256);
  report.set(createHash('sha256').update(keyBytes).update(auth).digest(), 320);
  for (const [at, value] of options.qeReport ?? []) report[at] = value;
  return report;
}

function mintQuote(options: MachineOptions, chain: string): Uint8Array {
  const { x = '', y = '' } = attestationKey.publicKey.export({ format: 'jwk' });
  const keyBytes = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const auth = Uint8Array.from({ length: options.qeAuthBytes ?? 32 }, (_, at) => at);
  const qeReport = mintQeReport(options, keyBytes, auth);
  const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
  const u32 = (value: number): Uint8Array =>
    Buffer.concat([u16(value & 0xffff), u16(value >>> 16)]);
  const certification = Buffer.concat([
    qeReport,
    rawSign(qeReport, AUTHORITY.pck),
    u16(auth.length),
    auth,
    u16(5),
    u32(chain.length),
    Buffer.from(chain),
  ]);
  const report = mintReport(options);
  const section = Buffer.concat([
    rawSign(report, { key: attestationKey }),
    keyBytes,
    u16(6),
    u32(certification.length),
    certification,
  ]);
  return new Uint8Array(Buffer.concat([report, u32(section.length), section]));
}

export type MintedMachine = Machine & { readonly root: X509Certificate };

export function mintMachine(options: MachineOptions = {}): MintedMachine {
  const certificates = mintCertificates(options);
  const { root, signer, listIssuer, pck, issuer } = certificates;
  const tcbInfo = JSON.stringify((options.tcbInfo ?? ((value) => value))(TCB_INFO));
  const identity = JSON.stringify((options.qeIdentity ?? ((value) => value))(QE_IDENTITY));
  const { issuer: listSigner = options.pckIssuer ?? 'platformCa', ...pckList } =
    options.pckList ?? {};
  const hexSigned = (text: string): string =>
    rawSign(Buffer.from(text), AUTHORITY.signer).toString('hex');
  const collateral = {
    pck_crl_issuer_chain: pem(listIssuer, root),
    root_ca_crl: mintCrl(AUTHORITY.root, { ...WINDOW, ...options.rootList }),
    pck_crl: mintCrl(AUTHORITY[listSigner], { ...WINDOW, ...pckList }),
    tcb_info_issuer_chain: pem(signer, root),
    tcb_info: tcbInfo,
    tcb_info_signature: hexSigned(tcbInfo),
    qe_identity_issuer_chain: pem(signer, root),
    qe_identity: identity,
    qe_identity_signature: hexSigned(identity),
  };
  return {
    quote: mintQuote(options, pem(pck, issuer, root)),
    collateral: (options.collateral ?? ((value) => value))(collateral),
    atS: AT_S,
    root,
  };
}
