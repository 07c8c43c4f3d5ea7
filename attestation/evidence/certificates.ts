/** Certificate chains of Intel's provisioning: three certificates, leaf first, read from PEM that has one spelling. */
import { X509Certificate } from 'node:crypto';
import { BasicConstraints, Certificate, KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509';
import { AsnConvert } from '@peculiar/asn1-schema';
import { EvidenceError, expect } from '../check.js';

export type ChainRole = 'leaf' | 'ca' | 'root';

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';

/** The certificates of a PEM text: exactly three, each in the form in which it is written again, at most one NUL after. */
export function parseChain(pem: string, check: string): readonly X509Certificate[] {
  const text = pem.endsWith('\0') ? pem.slice(0, -1) : pem;
  const blocks =
    text.match(/-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n?/g) ??
    [];
  expect(blocks.length === 3 && blocks.join('') === text, check, 'not exactly three certificates');
  return blocks.map((block) => parseCertificate(block, check));
}

function readable<T>(check: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new EvidenceError(check, 'a certificate can not be read', cause);
  }
}

/** One certificate whose PEM is the only one of its bytes: stray bits of base64 would else be bytes nobody signed. */
function parseCertificate(block: string, check: string): X509Certificate {
  const certificate = readable(check, () => new X509Certificate(block));
  const key = readable(check, () => certificate.publicKey);
  expect(key.asymmetricKeyDetails?.namedCurve === 'prime256v1', check, 'a key is not of P-256');
  expect(
    certificate.toString().trim() === block.trim(),
    check,
    'a certificate has another spelling',
  );
  return certificate;
}

/** Verifies names, signatures, validity, CA flags, path lengths and key usages up to a trusted root. */
export function verifyChain(
  chain: readonly X509Certificate[],
  trustedRoot: X509Certificate,
  atMs: number,
  check: string,
): void {
  const [leaf, ca, root] = chain;
  if (leaf === undefined || ca === undefined || root === undefined) {
    throw new EvidenceError(check, 'not exactly three certificates');
  }
  expect(root.raw.equals(trustedRoot.raw), check, 'does not end at the trusted root');
  verifyIssued(leaf, ca, check);
  verifyIssued(ca, root, check);
  verifyIssued(root, root, check);
  verifyRole(leaf, 'leaf', check);
  verifyRole(ca, 'ca', check);
  verifyRole(root, 'root', check);
  for (const certificate of chain) verifyValidity(certificate, atMs, check);
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

function verifyRole(certificate: X509Certificate, role: ChainRole, check: string): void {
  const { tbsCertificate } = readable(check, () => AsnConvert.parse(certificate.raw, Certificate));
  const extensions = tbsCertificate.extensions ?? [];
  const find = (id: string): ArrayBuffer | undefined =>
    extensions.find(({ extnID }) => extnID === id)?.extnValue.buffer;
  const constraints = find(BASIC_CONSTRAINTS);
  const { cA, pathLenConstraint } =
    constraints === undefined
      ? { cA: false, pathLenConstraint: undefined }
      : readable(check, () => AsnConvert.parse(constraints, BasicConstraints));
  const usage = find(KEY_USAGE);
  const flags =
    usage === undefined ? 0 : readable(check, () => AsnConvert.parse(usage, KeyUsage).toNumber());
  expect(
    cA === (role !== 'leaf'),
    check,
    role === 'leaf' ? 'the leaf is a CA' : 'an issuer is no CA',
  );
  if (role === 'leaf') {
    expect((flags & KeyUsageFlags.digitalSignature) !== 0, check, 'the leaf may not sign');
    expect((flags & KeyUsageFlags.keyCertSign) === 0, check, 'the leaf may certify');
  } else {
    expect((flags & KeyUsageFlags.keyCertSign) !== 0, check, 'an issuer may not certify');
    const longest = role === 'ca' ? 0 : 1;
    const enough = pathLenConstraint === undefined || pathLenConstraint >= longest;
    expect(enough, check, 'the chain is longer than an issuer allows');
  }
}
