/**
 * Parses a TDX quote (Intel TDX DCAP quoting, versions 4 and 5). Every field must be in its place,
 * the sizes must fill the quote exactly, and only zero bytes may follow. Nothing is verified here,
 * so the type of the result is `UnverifiedQuote`.
 *
 * | offset (v4) | bytes | field                                                               |
 * | ----------- | ----- | ------------------------------------------------------------------- |
 * | 0           | 48    | header: version, key type, TEE type, QE vendor                      |
 * | 48          | 584   | body TD1.0 (TD1.5 in v5: 64 more)                                   |
 * | 632         | 4     | length of the rest                                                  |
 * | 636         | 64    | ECDSA signature of header and body (v5: with the body's descriptor) |
 * | 700         | 64    | attestation key                                                     |
 * | 764         | 6     | certification type 6 and its size                                   |
 * | 770         | 384   | QE report, its signature (64), QE authentication data, PCK chain    |
 */
import { expect } from '../check.js';
import { ByteReader } from './byte-reader.js';
import { hex } from '../bytes.js';

const CHECK = 'quote.format';
const QE_VENDOR = '939a7233f79c4ca9940a0db3957f0607';
const TEE_TDX = 0x81;
const ECDSA_P256 = 2;
const CERTIFICATION_QE_REPORT = 6;
const CERTIFICATION_PCK_CHAIN = 5;
/** Genuine dstack quotes end with 70 zero bytes. */
const MAX_PADDING_BYTES = 128;
const MAX_QUOTE_BYTES = 64 * 1024;
/**
 * The quoting enclave stores the hash of its own key here. Other verifiers reject any other length.
 */
const QE_AUTH_DATA_BYTES = 32;

/** The report of a virtual machine. */
export type TdReport = {
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  readonly mrTd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly rtmrs: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  readonly reportData: Uint8Array;
  /** TD1.5 only. */
  readonly teeTcbSvn2?: Uint8Array;
  readonly mrServiceTd?: Uint8Array;
};

/** A parsed quote before verification. */
export type UnverifiedQuote = {
  readonly version: 4 | 5;
  readonly bodyType: 'TD1.0' | 'TD1.5';
  readonly report: TdReport;
  /** The bytes that the attestation key signed. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** X ‖ Y of a P-256 point. */
  readonly attestationKey: Uint8Array;
  readonly qeReport: Uint8Array;
  readonly qeReportSignature: Uint8Array;
  readonly qeAuthData: Uint8Array;
  /** PEM text, leaf first. */
  readonly pckChainPem: string;
  readonly paddingBytes: number;
};

function readHeader(reader: ByteReader): 4 | 5 {
  const version = reader.u16();
  expect(version === 4 || version === 5, CHECK, 'version is neither 4 nor 5');
  expect(reader.u16() === ECDSA_P256, CHECK, 'attestation key type is not ECDSA P-256');
  expect(reader.u32() === TEE_TDX, CHECK, 'not a TDX quote');
  reader.bytes(4);
  expect(hex(reader.bytes(16)) === QE_VENDOR, CHECK, "the quoting enclave is not Intel's");
  reader.bytes(20);
  return version;
}

function readBodyType(reader: ByteReader, version: 4 | 5): 'TD1.0' | 'TD1.5' {
  if (version === 4) return 'TD1.0';
  const type = reader.u16();
  const size = reader.u32();
  expect(type === 2 || type === 3, CHECK, 'body type is neither TD1.0 nor TD1.5');
  expect(size === (type === 2 ? 584 : 648), CHECK, 'body size does not fit its type');
  return type === 2 ? 'TD1.0' : 'TD1.5';
}

function readReport(reader: ByteReader, bodyType: 'TD1.0' | 'TD1.5'): TdReport {
  const report: TdReport = {
    teeTcbSvn: reader.bytes(16),
    mrSeam: reader.bytes(48),
    mrSignerSeam: reader.bytes(48),
    seamAttributes: reader.bytes(8),
    tdAttributes: reader.bytes(8),
    xfam: reader.bytes(8),
    mrTd: reader.bytes(48),
    mrConfigId: reader.bytes(48),
    mrOwner: reader.bytes(48),
    mrOwnerConfig: reader.bytes(48),
    rtmrs: [reader.bytes(48), reader.bytes(48), reader.bytes(48), reader.bytes(48)],
    reportData: reader.bytes(64),
  };
  if (bodyType === 'TD1.0') return report;
  return { ...report, teeTcbSvn2: reader.bytes(16), mrServiceTd: reader.bytes(48) };
}

type SignatureSection = Omit<
  UnverifiedQuote,
  'version' | 'bodyType' | 'report' | 'signedBytes' | 'paddingBytes'
>;

function readSignatureSection(reader: ByteReader): SignatureSection {
  const signature = reader.bytes(64);
  const attestationKey = reader.bytes(64);
  expect(reader.u16() === CERTIFICATION_QE_REPORT, CHECK, 'certification is not a QE report');
  expect(reader.u32() === reader.remaining, CHECK, 'the certification size is wrong');
  const qeReport = reader.bytes(384);
  const qeReportSignature = reader.bytes(64);
  expect(reader.u16() === QE_AUTH_DATA_BYTES, CHECK, 'QE authentication data are not 32 bytes');
  const qeAuthData = reader.bytes(QE_AUTH_DATA_BYTES);
  expect(reader.u16() === CERTIFICATION_PCK_CHAIN, CHECK, 'no PCK certificate chain');
  expect(reader.u32() === reader.remaining, CHECK, 'the size of the chain is wrong');
  const pem = reader.bytes(reader.remaining);
  expect(
    pem.every((byte) => byte === 0 || byte === 10 || (byte >= 32 && byte < 127)),
    CHECK,
    'chain is not PEM',
  );
  const pckChainPem = Buffer.from(pem).toString('latin1');
  return { signature, attestationKey, qeReport, qeReportSignature, qeAuthData, pckChainPem };
}

/** Parses a quote. Throws an EvidenceError of `quote.format`. */
export function parseQuote(bytes: Uint8Array): UnverifiedQuote {
  expect(bytes.length <= MAX_QUOTE_BYTES, CHECK, 'larger than 64 KiB');
  const reader = new ByteReader(bytes, CHECK);
  const version = readHeader(reader);
  const bodyType = readBodyType(reader, version);
  const report = readReport(reader, bodyType);
  const signedBytes = bytes.slice(0, reader.position);
  const section = reader.bytes(reader.u32());
  const padding = reader.bytes(reader.remaining);
  expect(padding.length <= MAX_PADDING_BYTES, CHECK, 'more than 128 bytes follow');
  expect(
    padding.every((byte) => byte === 0),
    CHECK,
    'what follows is not zero',
  );
  return {
    version,
    bodyType,
    report,
    signedBytes,
    ...readSignatureSection(new ByteReader(section, CHECK)),
    paddingBytes: padding.length,
  };
}
