/**
 * The few encodings that a sign-in to a TinyCloud node needs, implemented here so that the app
 * needs no library.
 */
const utf8 = new TextEncoder();

export function base64url(data: Uint8Array | string, padded = false): string {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data;
  const text = btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  return padded ? text : text.replace(/=+$/, '');
}

export const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replace(/^0x/, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Encodes base58btc, for bytes that do not begin with zero. */
export function base58(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = '';
  for (; value > 0n; value /= 58n) text = BASE58.charAt(Number(value % 58n)) + text;
  return text;
}

export type Cbor =
  | string
  | number
  | Uint8Array
  | readonly Cbor[]
  | { readonly [key: string]: Cbor };

/** Encodes major type and length (RFC 8949, section 3), for lengths up to 65,535. */
function head(major: number, value: number): readonly number[] {
  if (value < 24) return [(major << 5) | value];
  if (value < 256) return [(major << 5) | 24, value];
  return [(major << 5) | 25, value >> 8, value & 255];
}

/** Encodes DAG-CBOR: shorter keys first, then in byte order. */
export function cbor(value: Cbor): readonly number[] {
  if (typeof value === 'number') return head(0, value);
  if (typeof value === 'string') {
    const bytes = utf8.encode(value);
    return [...head(3, bytes.length), ...bytes];
  }
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  if (isList(value)) return [...head(4, value.length), ...value.flatMap((item) => cbor(item))];
  const keys = Object.keys(value).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return [
    ...head(5, keys.length),
    ...keys.flatMap((key) => [...cbor(key), ...cbor(value[key] ?? '')]),
  ];
}

const isList = (value: Cbor): value is readonly Cbor[] => Array.isArray(value);
