import { EvidenceError } from '../check.js';

/** Reads little-endian fields in order. Reading past the end fails the named check. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #check: string;
  #at = 0;

  constructor(bytes: Uint8Array, check: string) {
    this.#bytes = bytes;
    this.#check = check;
  }

  /** The offset of the next byte. */
  get position(): number {
    return this.#at;
  }

  /** The number of bytes left. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** Returns a copy of the next bytes. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw new EvidenceError(this.#check, 'ends too early');
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  /** Reads an unsigned 16-bit number. */
  u16(): number {
    const [low = 0, high = 0] = this.bytes(2);
    return low | (high << 8);
  }

  /** Reads an unsigned 32-bit number. */
  u32(): number {
    return this.u16() + this.u16() * 0x1_0000;
  }
}
