/**
 * A TDX quote, version 4, well-formed: every field where the specification has it, the report data at offset 568, and
 * the 70 zero bytes that genuine ones end with. Its signatures are zero: nothing here is a proof yet.
 */
import { concatBytes } from '../../../src/protocol/bytes.js';

export type QuoteBody = {
  /** 48 bytes each. */
  readonly mrtd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly rtmrs: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  /** 64 bytes. */
  readonly reportData: Uint8Array;
};

const zeros = (length: number): Uint8Array => new Uint8Array(length);
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const u32 = (value: number): Uint8Array => concatBytes(u16(value & 0xffff), u16(value >>> 16));

const HEADER = concatBytes(
  u16(4),
  u16(2),
  u32(0x81),
  zeros(4),
  fromHex('939a7233f79c4ca9940a0db3957f0607'),
  zeros(20),
);

function encodeBody(body: QuoteBody): Uint8Array {
  return concatBytes(
    zeros(16), // tee_tcb_svn
    zeros(48), // mrseam
    zeros(48), // mrsignerseam
    zeros(8), // seamattributes
    fromHex('0000001000000000'), // td_attributes
    fromHex('e702060000000000'), // xfam
    body.mrtd,
    body.mrConfigId,
    zeros(48), // mrowner
    zeros(48), // mrownerconfig
    ...body.rtmrs,
    body.reportData,
  );
}

function encodeSignatureSection(): Uint8Array {
  const certificates = new Uint8Array(0);
  const certification = concatBytes(
    zeros(384), // QE report
    zeros(64), // QE signature
    u16(0), // QE authentication data
    u16(5),
    u32(certificates.length),
    certificates,
  );
  return concatBytes(zeros(64), zeros(64), u16(6), u32(certification.length), certification);
}

export function encodeQuote(body: QuoteBody): Uint8Array {
  const section = encodeSignatureSection();
  return concatBytes(HEADER, encodeBody(body), u32(section.length), section, zeros(70));
}
