/**
 * Certificate chains of Intel's provisioning, from the end to the root, as canonical PEM: three
 * certificates for a PCK, two for the signer of TCB information and for the issuer of a revocation
 * list.
 */
import { X509Certificate } from 'node:crypto';
import { BasicConstraints, KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509';
import { AsnConvert } from '@peculiar/asn1-schema';
import { EvidenceError, expect } from '../check.js';
import { readCertificateFields } from './certificate-fields.js';
import { SGX_EXTENSION } from './pck-extension.js';

/**
 * The kind of the first certificate in a chain: one that signs data, or one that issues
 * certificates.
 */
export type ChainEnd = 'leaf' | 'ca';

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const UNDERSTOOD = new Set([BASIC_CONSTRAINTS, KEY_USAGE, SGX_EXTENSION]);
const NUMBER_WORDS = { 2: 'two', 3: 'three' } as const;

/**
 * Parses the certificates of a PEM text. There must be exactly `count`, each in the form in which
 * it is written again, and at most one trailing NUL. Throws an EvidenceError of the check.
 */
export function parseChain(
  pem: string,
  check: string,
  count: 2 | 3 = 3,
): readonly X509Certificate[] {
  const text = pem.endsWith('\0') ? pem.slice(0, -1) : pem;
  const blocks =
    text.match(/-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n?/g) ??
    [];
  expect(
    blocks.length === count && blocks.join('') === text,
    check,
    `not exactly ${NUMBER_WORDS[count]} certificates`,
  );
  expect(
    blocks.slice(0, -1).every((block) => block.endsWith('\n')),
    check,
    'a line ending is missing between certificates',
  );
  return blocks.map((block) => parseCertificate(block, check));
}

function readable<T>(check: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new EvidenceError(check, 'a certificate cannot be read', cause);
  }
}

/**
 * Certificates by their exact PEM. A report parses the same chain several times, and parsing is
 * most of its cost. The cache contains nothing that does not follow from the text.
 */
const CACHE = new Map<string, X509Certificate>();
const CACHED = 32;

/**
 * Parses one certificate in canonical PEM. Otherwise, stray bits in the base64 would be bytes that
 * no one signed.
 */
function parseCertificate(block: string, check: string): X509Certificate {
  const cached = CACHE.get(block);
  if (cached !== undefined) return cached;
  const certificate = readCertificate(block, check);
  if (CACHE.size >= CACHED) CACHE.clear();
  CACHE.set(block, certificate);
  return certificate;
}

function readCertificate(block: string, check: string): X509Certificate {
  const certificate = readable(check, () => new X509Certificate(block));
  const key = readable(check, () => certificate.publicKey);
  expect(key.asymmetricKeyDetails?.namedCurve === 'prime256v1', check, 'a key is not on P-256');
  expect(/^[0-9A-F]+$/.test(certificate.serialNumber), check, 'a serial number is negative');
  expect(
    certificate.toString().trim() === block.trim(),
    check,
    'a certificate is not in canonical form',
  );
  return certificate;
}

/**
 * Verifies the names, signatures, validity, CA flags, path lengths and key usages of a chain of two
 * or three certificates up to a trusted root. Throws an EvidenceError of the check.
 */
export function verifyChain(
  chain: readonly X509Certificate[],
  trustedRoot: X509Certificate,
  atMs: number,
  check: string,
  end: ChainEnd = 'leaf',
): void {
  const root = chain.at(-1);
  const sized = root !== undefined && (chain.length === 2 || chain.length === 3);
  expect(sized, check, 'not two or three certificates');
  expect(root.raw.equals(trustedRoot.raw), check, 'does not end at the trusted root');
  for (const [at, certificate] of chain.entries()) {
    verifyIssued(certificate, chain[at + 1] ?? root, check);
    if (at === 0 && end === 'leaf') verifySigner(certificate, check);
    else verifyIssuer(certificate, end === 'leaf' ? at - 1 : at, check);
    verifyValidity(certificate, atMs, check);
  }
}

function verifyIssued(subject: X509Certificate, issuer: X509Certificate, check: string): void {
  const named = subject.issuer === issuer.subject && subject.checkIssued(issuer);
  expect(named, check, 'issuer and subject do not match');
  expect(subject.verify(issuer.publicKey), check, 'a signature in the chain is wrong');
}

function verifyValidity(certificate: X509Certificate, atMs: number, check: string): void {
  expect(Number.isFinite(atMs), check, 'no time to judge at');
  const within =
    Date.parse(certificate.validFrom) <= atMs && atMs <= Date.parse(certificate.validTo);
  expect(within, check, 'a certificate is not valid at this time');
}

type Powers = {
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  readonly usage: number;
};

function readPowers(certificate: X509Certificate, check: string): Powers {
  const { extensions } = readCertificateFields(certificate, check);
  for (const [id, { critical }] of extensions) {
    expect(!critical || UNDERSTOOD.has(id), check, 'a critical extension is not understood');
  }
  const constraints = extensions.get(BASIC_CONSTRAINTS)?.value;
  const usage = extensions.get(KEY_USAGE)?.value;
  return readable(check, () => {
    const { cA, pathLenConstraint } =
      constraints === undefined
        ? { cA: false, pathLenConstraint: undefined }
        : AsnConvert.parse(constraints, BasicConstraints);
    const flags = usage === undefined ? 0 : AsnConvert.parse(usage, KeyUsage).toNumber();
    return { isCa: cA, pathLength: pathLenConstraint, usage: flags };
  });
}

function verifySigner(certificate: X509Certificate, check: string): void {
  const { isCa, usage } = readPowers(certificate, check);
  expect(!isCa, check, 'the leaf is a CA');
  expect((usage & KeyUsageFlags.digitalSignature) !== 0, check, 'the leaf may not sign');
  expect((usage & KeyUsageFlags.keyCertSign) === 0, check, 'the leaf may certify');
}

function verifyIssuer(certificate: X509Certificate, issuersBelow: number, check: string): void {
  const { isCa, pathLength, usage } = readPowers(certificate, check);
  expect(isCa, check, 'an issuer is not a CA');
  expect((usage & KeyUsageFlags.keyCertSign) !== 0, check, 'an issuer may not certify');
  const enough = pathLength === undefined || pathLength >= issuersBelow;
  expect(enough, check, 'the chain is longer than an issuer allows');
}

/** Returns whether a certificate's key may sign revocation lists (key usage cRLSign). */
export function maySignLists(certificate: X509Certificate, check: string): boolean {
  return (readPowers(certificate, check).usage & KeyUsageFlags.cRLSign) !== 0;
}

/** Returns the common name in a certificate's subject, or undefined unless there is exactly one. */
export function findCommonName(certificate: X509Certificate): string | undefined {
  const names = certificate.subject.split('\n').filter((line) => line.startsWith('CN='));
  return names.length === 1 ? names[0]?.slice(3) : undefined;
}
