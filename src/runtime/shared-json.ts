/**
 * A JSON object of which many replies contain the most, such as evidence for nonces that share a
 * quote. What they share is encoded and compressed once, for the first of them, and never
 * copied: a reply is a list of chunks, some of which it shares.
 */
import { crc32, deflateRawSync } from 'node:zlib';

/** Members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Magic number, deflate, no flags, no time, no extra flags, unknown system (RFC 1952, section 2.3).
 */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** Members that replies share, of which there must be at least one. */
export class SharedJson<M extends Members = Members> {
  readonly members: M;
  /** The text from the first member to the closing brace. */
  readonly #rest: Buffer;
  #packedRest: Buffer | undefined;

  constructor(members: M) {
    this.members = members;
    this.#rest = Buffer.from(JSON.stringify(members).slice(1));
  }

  /** Returns the text of the object with these members and the shared ones, in chunks. */
  encode(own: Members): readonly Uint8Array[] {
    return [beginningOf(own), this.#rest];
  }

  /**
   * Returns the same text compressed with gzip. The members of its own, which are mostly hashes,
   * are a block of deflate that is stored as it is, so only the shared ones cost compression.
   */
  encodeGzip(own: Members): readonly Uint8Array[] {
    this.#packedRest ??= deflateRawSync(this.#rest);
    const beginning = beginningOf(own);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(this.#rest, crc32(beginning)), 0);
    trailer.writeUInt32LE(beginning.length + this.#rest.length, 4);
    return [GZIP_HEADER, ...storedBlocks(beginning), this.#packedRest, trailer];
  }
}

/** The most bytes of a block that is not compressed (RFC 1951, section 3.2.4). */
const MOST_STORED = 0xff_ff;

/** Returns blocks with these bytes, none of which is the last one of the stream. */
function storedBlocks(bytes: Buffer): readonly Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MOST_STORED) {
    const block = bytes.subarray(at, at + MOST_STORED);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(block.length ^ MOST_STORED, 3);
    blocks.push(header, block);
  }
  return blocks;
}

function beginningOf(own: Members): Buffer {
  const text = JSON.stringify(own).slice(0, -1);
  return Buffer.from(text === '{' ? text : `${text},`);
}
