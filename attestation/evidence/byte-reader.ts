import { EvidenceError } from '../check.js';

/** Reads little-endian fields in order; reading past the end is the named check's failure. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #check: string;
  #at = 0;

  constructor(bytes: Uint8Array, check: string) {
    this.#bytes = bytes;
    this.#check = check;
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw new EvidenceError(this.#check, 'ends too early');
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  u16(): number {
    const [low = 0, high = 0] = this.bytes(2);
    return low | (high << 8);
  }

  u32(): number {
    return this.u16() + this.u16() * 0x1_0000;
  }
}
