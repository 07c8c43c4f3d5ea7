/** Reads the fields of a certificate (RFC 5280 §4.1) that Node.js does not return as bytes. */
import type { X509Certificate } from 'node:crypto';
import { expect } from '../check.js';
import { DER, decodeBoolean, decodeOid, enterDer, type DerReader } from './der.js';

/** An extension of a certificate. */
export type CertificateExtension = { readonly critical: boolean; readonly value: Uint8Array };

/** The fields of a certificate. */
export type CertificateFields = {
  /** DER of the subject's name. */
  readonly subject: Uint8Array;
  /** By object identifier in dotted form. */
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
};

const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/**
 * Reads a list of extensions, each of which may occur only once. Throws an EvidenceError of the
 * check.
 */
export function readExtensions(
  list: DerReader,
  check: string,
): ReadonlyMap<string, CertificateExtension> {
  const extensions = new Map<string, CertificateExtension>();
  while (!list.done) {
    const extension = list.enter(DER.sequence);
    const id = decodeOid(extension.read(DER.oid).content, check);
    const flag = extension.readOptional(DER.boolean);
    const critical = flag !== undefined && decodeBoolean(flag.content, check);
    expect(flag === undefined || critical, check, 'a default value is encoded explicitly');
    const value = extension.read(DER.octetString).content;
    extension.end();
    expect(!extensions.has(id), check, 'an extension occurs twice');
    extensions.set(id, { critical, value });
  }
  return extensions;
}

/** Reads the fields of a certificate. Throws an EvidenceError of the check. */
export function readCertificateFields(
  certificate: X509Certificate,
  check: string,
): CertificateFields {
  const outer = enterDer(certificate.raw, DER.sequence, check);
  const signed = outer.enter(DER.sequence);
  signed.read(VERSION);
  signed.read(DER.integer);
  signed.read(DER.sequence);
  signed.read(DER.sequence);
  signed.read(DER.sequence);
  const subject = signed.read(DER.sequence).bytes;
  signed.read(DER.sequence);
  const wrapped = signed.enter(EXTENSIONS);
  signed.end();
  const extensions = readExtensions(wrapped.enter(DER.sequence), check);
  wrapped.end();
  return { subject, extensions };
}
