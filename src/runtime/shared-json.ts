/**
 * A JSON object of which many replies contain the most, such as evidence for nonces that share a
 * quote. What they share is encoded and compressed once, for the first of them.
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';

type Members = Readonly<Record<string, unknown>>;

/** Magic number, deflate, no flags, no time, no extra flags, unknown system (RFC 1952, section 2.3). */
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

  /** Returns the members of a body that are not shared. */
  ownOf(body: object): Members {
    return Object.fromEntries(
      Object.entries(body).filter(([name]) => !Object.hasOwn(this.members, name)),
    );
  }

  /** Returns the text of the object with these members and the shared ones. */
  encode(own: Members): Buffer {
    return Buffer.concat([beginningOf(own), this.#rest]);
  }

  /**
   * Returns the same text compressed with gzip. The compressed members of its own end at a byte
   * without ending the stream (a flush of deflate), so the shared ones can follow as they are.
   */
  encodeGzip(own: Members): Buffer {
    this.#packedRest ??= deflateRawSync(this.#rest);
    const beginning = beginningOf(own);
    const packed = deflateRawSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH });
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(this.#rest, crc32(beginning)), 0);
    trailer.writeUInt32LE(beginning.length + this.#rest.length, 4);
    return Buffer.concat([GZIP_HEADER, packed, this.#packedRest, trailer]);
  }
}

function beginningOf(own: Members): Buffer {
  const text = JSON.stringify(own).slice(0, -1);
  return Buffer.from(text === '{' ? text : `${text},`);
}
