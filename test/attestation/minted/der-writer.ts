/** Writes DER, as far as certificates, revocation lists and PCK extensions need it. */
export type Der = Uint8Array;

function encodeLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const shortest = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return [0x80 | shortest.length, ...shortest];
}

export const tagged = (tag: number, ...parts: readonly Uint8Array[]): Der => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.from([tag, ...encodeLength(content.length)]), content]);
};

export const sequence = (...parts: readonly Der[]): Der => tagged(0x30, ...parts);
export const octets = (bytes: Uint8Array): Der => tagged(0x04, bytes);
export const boolean = (value: boolean): Der => tagged(0x01, Uint8Array.of(value ? 0xff : 0));
export const bits = (bytes: Uint8Array, unused = 0): Der =>
  tagged(0x03, Uint8Array.of(unused), bytes);

export function integer(value: number | bigint, tag = 0x02): Der {
  const hex = value.toString(16);
  const even = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return tagged(tag, Uint8Array.of(...((even[0] ?? 0) >= 0x80 ? [0] : [])), even);
}

export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift(0x80 | (left & 0x7f));
    }
    return groups;
  });
  return tagged(0x06, Uint8Array.from(bytes));
}

/** Encodes a UTCTime, or a GeneralizedTime from 2050 on. */
export function time(atMs: number): Der {
  const text = new Date(atMs).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const late = text >= '2050';
  return tagged(late ? 0x18 : 0x17, Buffer.from(`${late ? text : text.slice(2)}Z`));
}

export const commonName = (name: string): Der =>
  sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(name)))));

export const extension = (id: string, critical: boolean, value: Der): Der =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
