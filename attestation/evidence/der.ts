/**
 * Reads DER (X.690 §10): definite lengths in their shortest form, one-byte tags and no unread
 * bytes. Any other BER encoding fails the named check, so that each structure has one encoding.
 */
import { EvidenceError, expect } from '../check.js';

/** The tags that are used. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** A value with its tag. */
export type DerValue = {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content exactly as in the input, which is what signatures cover. */
  readonly bytes: Uint8Array;
};

/** Reads values in order. `end` requires that nothing is left. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #check: string;
  #at = 0;

  constructor(bytes: Uint8Array, check: string) {
    this.#bytes = bytes;
    this.#check = check;
  }

  /** Whether all bytes have been read. */
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Reads the next value, which must have the tag. */
  read(tag: number): DerValue {
    const start = this.#at;
    expect(this.#byte() === tag, this.#check, 'another ASN.1 type than expected');
    const length = this.#length();
    const from = this.#at;
    expect(from + length <= this.#bytes.length, this.#check, 'the ASN.1 ends too early');
    this.#at = from + length;
    return {
      tag,
      content: this.#bytes.subarray(from, this.#at),
      bytes: this.#bytes.subarray(start, this.#at),
    };
  }

  /** Reads the next value if it has the tag. */
  readOptional(tag: number): DerValue | undefined {
    return this.#bytes[this.#at] === tag ? this.read(tag) : undefined;
  }

  /** Returns a reader of the contents of the next value. */
  enter(tag: number): DerReader {
    return new DerReader(this.read(tag).content, this.#check);
  }

  /** Fails the check if bytes are left. */
  end(): void {
    expect(this.done, this.#check, 'something follows the ASN.1');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new EvidenceError(this.#check, 'the ASN.1 ends too early');
    this.#at += 1;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    expect(count >= 1 && count <= 3, this.#check, 'an ASN.1 length is not definite');
    let length = 0;
    for (let at = 0; at < count; at += 1) length = length * 256 + this.#byte();
    const shortest = length >= (count === 1 ? 0x80 : 256 ** (count - 1));
    expect(shortest, this.#check, 'an ASN.1 length is not in its shortest form');
    return length;
  }
}

/** Returns a reader of the contents of a value that takes up all the bytes. */
export function enterDer(bytes: Uint8Array, tag: number, check: string): DerReader {
  const reader = new DerReader(bytes, check);
  const inside = reader.enter(tag);
  reader.end();
  return inside;
}

/** Decodes the content of an INTEGER or ENUMERATED that must not be negative. */
export function decodeUnsigned(content: Uint8Array, check: string): bigint {
  const [first, second = 0x80] = content;
  expect(first !== undefined && first < 0x80, check, 'an ASN.1 number is negative');
  const shortest = first !== 0 || content.length === 1 || second >= 0x80;
  expect(shortest, check, 'an ASN.1 number is not in its shortest form');
  return BigInt(`0x${Buffer.from(content).toString('hex')}`);
}

/** Decodes the content of a BOOLEAN, which must be ff or 00. */
export function decodeBoolean(content: Uint8Array, check: string): boolean {
  const [byte] = content;
  expect(content.length === 1 && (byte === 0 || byte === 0xff), check, 'a boolean is malformed');
  return byte === 0xff;
}

/** Decodes the content of an OBJECT IDENTIFIER to dotted form. */
export function decodeOid(content: Uint8Array, check: string): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    expect(arc !== 0 || byte !== 0x80, check, 'an object identifier is malformed');
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first, ...rest] = arcs;
  const complete = first !== undefined && ((content.at(-1) ?? 0x80) & 0x80) === 0;
  expect(complete, check, 'an object identifier is malformed');
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...rest].join('.');
}

/**
 * Reads a UTCTime or GeneralizedTime with seconds and Z (RFC 5280 §4.1.2.5) as milliseconds since
 * 1970.
 */
export function readTime(reader: DerReader, check: string): number {
  const short = reader.readOptional(DER.utcTime);
  const text = Buffer.from((short ?? reader.read(DER.generalizedTime)).content).toString('latin1');
  const century = short === undefined ? '' : Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text);
  expect(parts !== null, check, 'a time is malformed');
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const timeMs = Date.parse(iso);
  const real = Number.isFinite(timeMs) && new Date(timeMs).toISOString() === iso;
  expect(real, check, 'a time is malformed');
  return timeMs;
}
