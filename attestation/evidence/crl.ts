/**
 * Parses and verifies certificate revocation lists (RFC 5280 §5). A list must be complete and
 * signed by the authority whose certificates it lists.
 */
import { verify, type X509Certificate } from 'node:crypto';
import { expect } from '../check.js';
import { readCertificateFields, readExtensions } from './certificate-fields.js';
import { maySignLists } from './certificates.js';
import { DER, decodeUnsigned, enterDer, readTime, type DerReader } from './der.js';
import { hex } from '../bytes.js';

/** A parsed list before verification. */
export type UnverifiedCrl = {
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked: ReadonlySet<bigint>;
  readonly signedBytes: Uint8Array;
  /** DER of r and s. */
  readonly signature: Uint8Array;
};

declare const verified: unique symbol;
/** A list with a verified signature that is valid at the time of the verification. */
export type VerifiedCrl = UnverifiedCrl & { readonly [verified]: true };

/** A SEQUENCE of only ecdsa-with-SHA256. */
const ECDSA_SHA256 = '300a06082a8648ce3d040302';
const VERSION_2 = 1n;
const EXTENSIONS = 0xa0;
const UNDERSTOOD = new Set(['2.5.29.20', '2.5.29.35']);

/**
 * Reads the serials. An entry with a critical extension is rejected, because its serial alone does
 * not determine its meaning.
 */
function readRevoked(list: DerReader | undefined, check: string): ReadonlySet<bigint> {
  const revoked = new Set<bigint>();
  if (list === undefined) return revoked;
  while (!list.done) {
    const entry = list.enter(DER.sequence);
    revoked.add(decodeUnsigned(entry.read(DER.integer).content, check));
    readTime(entry, check);
    const extensions = entry.done ? [] : readExtensions(entry.enter(DER.sequence), check).values();
    entry.end();
    for (const { critical } of extensions) {
      expect(!critical, check, 'an entry of a revocation list has an unknown critical extension');
    }
  }
  return revoked;
}

function readListExtensions(signed: DerReader, check: string): void {
  const wrapped = signed.enter(EXTENSIONS);
  const extensions = readExtensions(wrapped.enter(DER.sequence), check);
  wrapped.end();
  for (const [id, { critical }] of extensions) {
    const known = !critical && UNDERSTOOD.has(id);
    expect(known, check, 'a revocation list is partial, or more than a list');
  }
}

/** Parses a list of version 2 from DER. Throws an EvidenceError of the check. */
export function parseCrl(der: Uint8Array, check: string): UnverifiedCrl {
  const outer = enterDer(der, DER.sequence, check);
  const signedValue = outer.read(DER.sequence);
  const algorithm = hex(outer.read(DER.sequence).bytes);
  const [unused, ...signature] = outer.read(DER.bitString).content;
  outer.end();
  const signed = enterDer(signedValue.bytes, DER.sequence, check);
  const version = decodeUnsigned(signed.read(DER.integer).content, check);
  expect(version === VERSION_2, check, 'a revocation list has another version');
  const inner = hex(signed.read(DER.sequence).bytes);
  const known = inner === ECDSA_SHA256 && algorithm === ECDSA_SHA256 && unused === 0;
  expect(known, check, 'a revocation list is signed with another algorithm');
  const issuer = signed.read(DER.sequence).bytes;
  const thisUpdateMs = readTime(signed, check);
  const nextUpdateMs = readTime(signed, check);
  const entries = signed.readOptional(DER.sequence);
  const list = entries === undefined ? undefined : enterDer(entries.bytes, DER.sequence, check);
  const revoked = readRevoked(list, check);
  readListExtensions(signed, check);
  signed.end();
  return {
    issuer,
    thisUpdateMs,
    nextUpdateMs,
    revoked,
    signedBytes: signedValue.bytes,
    signature: Uint8Array.from(signature),
  };
}

/**
 * Verifies the issuer, signature and validity period of a list. Throws an EvidenceError of the
 * check.
 */
export function verifyCrl(
  crl: UnverifiedCrl,
  issuer: X509Certificate,
  atMs: number,
  check: string,
): VerifiedCrl {
  const { subject } = readCertificateFields(issuer, check);
  expect(hex(crl.issuer) === hex(subject), check, 'a revocation list is from another authority');
  expect(maySignLists(issuer, check), check, 'an authority may not sign revocation lists');
  const signed = verify('sha256', crl.signedBytes, issuer.publicKey, crl.signature);
  expect(signed, check, 'the signature of a revocation list is wrong');
  expect(Number.isFinite(atMs), check, 'no time to judge at');
  expect(crl.thisUpdateMs <= atMs, check, 'a revocation list was issued after this time');
  expect(atMs <= crl.nextUpdateMs, check, 'a revocation list is stale');
  return crl as VerifiedCrl;
}

/** Returns whether the list contains the certificate's serial. */
export function isRevoked(crl: VerifiedCrl, certificate: X509Certificate): boolean {
  return crl.revoked.has(BigInt(`0x${certificate.serialNumber}`));
}
