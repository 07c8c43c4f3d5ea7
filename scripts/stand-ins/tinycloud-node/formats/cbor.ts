/**
 * Decodes DAG-CBOR as the real node's decoder does. It accepts any key order, unknown keys and
 * over-long heads of texts. It throws RangeError for over-long integers, indefinite lengths, tags,
 * duplicate keys and trailing bytes.
 */
export type Cbor =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Cbor[]
  | CborMap;
export type CborMap = ReadonlyMap<string, Cbor>;

export function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = new Reader(bytes);
  const value = reader.value();
  reader.end();
  return value;
}

export function isCborMap(value: Cbor | undefined): value is CborMap {
  return value instanceof Map;
}

const MIN_LONG_FORM = [0n, 24n, 0x1_00n, 0x1_0000n, 0x1_0000_0000n];
const UTF8 = new TextDecoder('utf-8', { fatal: true });

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('trailing bytes');
  }

  value(): Cbor {
    const head = this.#view.getUint8(this.#at);
    this.#at += 1;
    const [major, info] = [head >> 5, head & 31];
    if (major === 7) return this.#simple(info);
    const argument = this.#argument(info, major < 2);
    if (major === 0) return argument;
    if (major === 1) return -1n - argument;
    const length = Number(argument);
    if (major === 2) return this.#take(length);
    if (major === 3) return UTF8.decode(this.#take(length));
    if (major === 4) return Array.from({ length: this.#fits(length) }, () => this.value());
    if (major === 5) return this.#map(length);
    throw new RangeError('tag');
  }

  #argument(info: number, minimal: boolean): bigint {
    if (info < 24) return BigInt(info);
    if (info > 27) throw new RangeError('indefinite length');
    const size = 2 ** (info - 24);
    let value = 0n;
    for (const byte of this.#take(size)) value = (value << 8n) | BigInt(byte);
    if (minimal && value < (MIN_LONG_FORM[info - 23] ?? 0n)) throw new RangeError('over-long');
    return value;
  }

  #simple(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info !== 27) throw new RangeError('simple value');
    const float = this.#view.getFloat64(this.#at);
    this.#at += 8;
    return float;
  }

  #take(length: number): Uint8Array {
    const from = this.#at;
    this.#at += this.#fits(length);
    return this.#bytes.slice(from, this.#at);
  }

  /**
   * Returns a length that fits in the remaining bytes, so that a short text cannot request a huge
   * array.
   */
  #fits(length: number): number {
    if (length > this.#bytes.length - this.#at) throw new RangeError('too short');
    return length;
  }

  #map(length: number): CborMap {
    const entries = new Map<string, Cbor>();
    for (let left = this.#fits(length); left > 0; left -= 1) {
      const key = this.value();
      if (typeof key !== 'string' || entries.has(key)) throw new RangeError('map key');
      entries.set(key, this.value());
    }
    return entries;
  }
}
