/**
 * Creates a test provisioning authority: certificates, revocation lists and signed facts in the
 * form of Intel's, under a test root. The facts are invented but the signatures are real, so that a
 * verifier can be tested and each forgery can be made on purpose.
 */
import { webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { x509, type KeyPair, type PrivateKey } from './x509.js';
import {
  encodeSgxExtension,
  PLATFORM,
  qeIdentityOf,
  tcbInfoOf,
  type PlatformFacts,
  type QeIdentityText,
  type TcbInfoText,
} from './platform-facts.js';
import { readTestRoot } from './test-root.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const { keyCertSign, cRLSign, digitalSignature, nonRepudiation } = x509.KeyUsageFlags;

type Who = 'root' | 'pck-ca' | 'tcb-signing' | 'pck';

export type CrlOptions = {
  readonly signedBy?: 'root' | 'pck-ca' | 'tcb-signing';
  readonly thisUpdateMs?: number;
  readonly nextUpdateMs?: number;
};

/** Each member makes one intentional error. */
export type PkiOptions = {
  readonly nowMs?: number;
  /** Uses a root that no verifier trusts, instead of the published one. */
  readonly freshRoot?: boolean;
  readonly facts?: Partial<PlatformFacts>;
  readonly caKind?: 'platform' | 'processor';
  readonly pckIssuer?: 'pck-ca' | 'tcb-signing';
  readonly pckCa?: {
    readonly isCa?: boolean;
    readonly usages?: number;
    readonly pathLength?: number;
  };
  readonly pckUsages?: number;
  /** The issuer's name in the PCK certificate. */
  readonly pckIssuerName?: string;
  readonly pckValidMs?: readonly [number, number];
  readonly revoked?: readonly ('pck' | 'pck-ca' | 'tcb-signing')[];
  readonly pckCrl?: CrlOptions;
  readonly rootCrl?: CrlOptions;
  readonly windowMs?: readonly [number, number];
  readonly editTcbInfo?: (info: TcbInfoText) => unknown;
  readonly editQeIdentity?: (identity: QeIdentityText) => unknown;
  /** The signer of the facts. */
  readonly factsSignedBy?: 'tcb-signing' | 'pck';
  /**
   * The form of dstack's own simulator: a TCB signer whose name is not Intel's, and a PCK
   * certificate that states the TCB components by the CPU SVN alone.
   */
  readonly likeDstackSimulator?: boolean;
};

export type Collateral = Readonly<Record<string, string>>;

export type TestPki = {
  readonly rootPem: string;
  /** Leaf, CA, root. */
  readonly pckChainPem: string;
  readonly pckKey: PrivateKey;
  readonly facts: PlatformFacts;
  readonly collateral: Collateral;
};

type Holder = { readonly certificate: x509.X509Certificate; readonly key: PrivateKey };

const NAMES: Readonly<Record<Who, string>> = {
  root: 'CN=Sealwright Test Root CA, O=Sealwright',
  'pck-ca': 'CN=Sealwright Test PCK Platform CA, O=Sealwright',
  'tcb-signing': 'CN=Sealwright Test SGX TCB Signing, O=Sealwright',
  pck: 'CN=Sealwright Test PCK Certificate, O=Sealwright',
};

const newKeys = (): Promise<KeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** Signs with ECDSA over P-256 and SHA-256. Returns r ‖ s. */
export async function signBytes(key: PrivateKey, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.sign(ALGORITHM, key, Uint8Array.from(bytes)));
}

export async function mintPki(options: PkiOptions = {}): Promise<TestPki> {
  const nowMs = options.nowMs ?? Date.now();
  const facts = { ...PLATFORM, ...options.facts };
  const root = options.freshRoot === true ? await mintRoot(nowMs) : await readTestRoot();
  const { likeDstackSimulator = false } = options;
  const signerName = likeDstackSimulator ? { name: 'CN=Mock TCB Signer' } : {};
  const tcbSigning = await mintLeaf('tcb-signing', root, nowMs, signerName);
  const pckCa = await mintPckCa(root, nowMs, options);
  const issuer = options.pckIssuer === 'tcb-signing' ? tcbSigning : pckCa;
  const [notBeforeMs, notAfterMs] = options.pckValidMs ?? [
    nowMs - 30 * DAY_MS,
    nowMs + 1_000 * DAY_MS,
  ];
  const pck = await mintLeaf('pck', issuer, nowMs, {
    extension: encodeSgxExtension(facts, { byCpuSvnAlone: likeDstackSimulator }),
    notBeforeMs,
    notAfterMs,
    ...(options.pckUsages === undefined ? {} : { usages: options.pckUsages }),
    ...(options.pckIssuerName === undefined ? {} : { issuerName: options.pckIssuerName }),
  });
  const pemOf = (...chain: readonly Holder[]): string =>
    chain.map(({ certificate }) => canonicalPem(certificate)).join('');
  const holders = { root, 'pck-ca': pckCa, 'tcb-signing': tcbSigning, pck };
  return {
    rootPem: pemOf(root),
    pckChainPem: pemOf(pck, issuer, root),
    pckKey: pck.key,
    facts,
    collateral: await mintCollateral(holders, facts, options, nowMs, pemOf),
  };
}

const canonicalPem = (certificate: x509.X509Certificate): string =>
  new NodeCertificate(Buffer.from(certificate.rawData)).toString();

/** Creates a self-signed root. */
export async function mintRoot(nowMs: number): Promise<Holder> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: NAMES.root,
    keys,
    notBefore: new Date(nowMs - 300 * DAY_MS),
    notAfter: new Date(nowMs + 10_000 * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function mintPckCa(root: Holder, nowMs: number, options: PkiOptions): Promise<Holder> {
  const { isCa = true, usages = keyCertSign | cRLSign, pathLength = 0 } = options.pckCa ?? {};
  const keys = await newKeys();
  const name = NAMES['pck-ca'].replace(
    'Platform',
    options.caKind === 'processor' ? 'Processor' : 'Platform',
  );
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: root.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: root.key,
    signingAlgorithm: ALGORITHM,
    serialNumber: serial(),
    notBefore: new Date(nowMs - 200 * DAY_MS),
    notAfter: new Date(nowMs + 5_000 * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(isCa, isCa ? pathLength : undefined, true),
      new x509.KeyUsagesExtension(usages, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(root.certificate.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

type LeafOptions = {
  readonly extension?: Uint8Array;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  readonly usages?: number;
  readonly issuerName?: string;
  readonly name?: string;
};

async function mintLeaf(
  who: 'pck' | 'tcb-signing',
  issuer: Holder,
  nowMs: number,
  options: LeafOptions,
): Promise<Holder> {
  const keys = await newKeys();
  const { extension, usages = digitalSignature | nonRepudiation } = options;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: options.name ?? NAMES[who],
    issuer: options.issuerName ?? issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    signingAlgorithm: ALGORITHM,
    serialNumber: serial(),
    notBefore: new Date(options.notBeforeMs ?? nowMs - 100 * DAY_MS),
    notAfter: new Date(options.notAfterMs ?? nowMs + 1_000 * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(usages, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
      ...(extension === undefined
        ? []
        : [new x509.Extension('1.2.840.113741.1.13.1', false, Uint8Array.from(extension))]),
    ],
  });
  return { certificate, key: keys.privateKey };
}

/** Returns a positive serial number of 16 bytes. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return Buffer.from(bytes).toString('hex');
}

type Holders = Readonly<Record<Who, Holder>>;

async function mintCollateral(
  holders: Holders,
  facts: PlatformFacts,
  options: PkiOptions,
  nowMs: number,
  pemOf: (...chain: readonly Holder[]) => string,
): Promise<Collateral> {
  const { root, 'pck-ca': pckCa, 'tcb-signing': tcbSigning, pck } = holders;
  const [fromMs, untilMs] = options.windowMs ?? [nowMs - 3_600_000, nowMs + 30 * DAY_MS];
  const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const window = { issueDate: iso(fromMs), nextUpdate: iso(untilMs) };
  const info = tcbInfoOf(facts, window);
  const identity = qeIdentityOf(window);
  const tcbInfo = JSON.stringify(options.editTcbInfo?.(info) ?? info);
  const qeIdentity = JSON.stringify(options.editQeIdentity?.(identity) ?? identity);
  const factsKey = options.factsSignedBy === 'pck' ? pck.key : tcbSigning.key;
  const signed = async (text: string): Promise<string> =>
    hex(await signBytes(factsKey, new TextEncoder().encode(text)));
  const revoked = options.revoked ?? [];
  const window2 = { thisUpdateMs: fromMs, nextUpdateMs: untilMs };
  const issued = { ...window2, ...options.pckCrl };
  const rootIssued = { ...window2, ...options.rootCrl };
  return {
    pck_crl_issuer_chain: pemOf(pckCa, root),
    root_ca_crl: await mintCrl(holders, 'root', rootIssued, [
      ...(revoked.includes('pck-ca') ? [pckCa] : []),
      ...(revoked.includes('tcb-signing') ? [tcbSigning] : []),
    ]),
    pck_crl: await mintCrl(holders, 'pck-ca', issued, revoked.includes('pck') ? [pck] : []),
    tcb_info_issuer_chain: pemOf(tcbSigning, root),
    tcb_info: tcbInfo,
    tcb_info_signature: await signed(tcbInfo),
    qe_identity_issuer_chain: pemOf(tcbSigning, root),
    qe_identity: qeIdentity,
    qe_identity_signature: await signed(qeIdentity),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function mintCrl(
  holders: Holders,
  usual: 'root' | 'pck-ca',
  { signedBy = usual, thisUpdateMs = 0, nextUpdateMs = 0 }: CrlOptions,
  revoked: readonly Holder[],
): Promise<string> {
  const issuer = holders[signedBy];
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.certificate.subject,
    thisUpdate: new Date(thisUpdateMs),
    nextUpdate: new Date(nextUpdateMs),
    signingAlgorithm: ALGORITHM,
    signingKey: issuer.key,
    entries: revoked.map(({ certificate }) => ({
      serialNumber: certificate.serialNumber,
      revocationDate: new Date(thisUpdateMs),
    })),
    extensions: [
      new x509.Extension('2.5.29.20', false, Uint8Array.of(0x02, 0x01, 0x01)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
    ],
  });
  return hex(new Uint8Array(list.rawData));
}
