/** Encodes DER, as far as the SGX extension of a platform certificate needs it. */

function value(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const header =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Uint8Array.of(...header, ...content);
}

export const sequence = (...members: readonly Uint8Array[]): Uint8Array =>
  value(0x30, new Uint8Array(Buffer.concat(members)));
export const octets = (bytes: Uint8Array): Uint8Array => value(0x04, bytes);
export const enumerated = (number: number): Uint8Array => value(0x0a, Uint8Array.of(number));
export const boolean = (yes: boolean): Uint8Array => value(0x01, Uint8Array.of(yes ? 0xff : 0));

/** Encodes a number from 0 to 65535. */
export function integer(number: number): Uint8Array {
  const bytes = number > 255 ? [number >> 8, number & 0xff] : [number];
  return value(0x02, Uint8Array.of(...((bytes[0] ?? 0) > 127 ? [0, ...bytes] : bytes)));
}

/** Encodes an object identifier in dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const parts = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return value(0x06, Uint8Array.of(...parts));
}
