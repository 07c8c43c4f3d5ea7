/**
 * The file that state is moved in: JSON lines.
 *
 *   ["sealwright.state.v1"]
 *   ["document", kind, id, generation, "<base64url>"]
 *   ["entry", log, number, "<base64url>"]
 *   ["end", number of documents, number of entries, SHA-256 of every byte before this line, in hex]
 *
 * A file without its last line is an export that was interrupted.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { ArchiveItem } from '../accounts/state-archive.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';

/** The first line of a file. */
export const HEADER = '["sealwright.state.v1"]';

const number = z.number().int().positive();
const count = z.number().int().nonnegative();
const documentLine = z.tuple([z.literal('document'), z.string(), z.string(), number, z.string()]);
const entryLine = z.tuple([z.literal('entry'), z.string(), number, z.string()]);
const endLine = z.tuple([z.literal('end'), count, count, z.string()]);
const anyLine = z.union([documentLine, entryLine, endLine]);

/** What the last line states. */
export type ArchiveEnd = { readonly documents: number; readonly entries: number };

/** Returns the line of an item, without its line feed. */
export const encodeItem = (item: ArchiveItem): string =>
  JSON.stringify(
    item.type === 'document'
      ? ['document', item.kind, item.id, item.generation, encodeBase64url(item.sealed)]
      : ['entry', item.log, item.number, encodeBase64url(item.sealed)],
  );

/** Counts and hashes the lines of a file, in order. */
export class ArchiveDigest {
  readonly #hash: Hash = createHash('sha256');
  documents = 0;
  entries = 0;

  /** Adds a line, without its line feed. */
  add(line: string): void {
    this.#hash.update(`${line}\n`);
    if (line.startsWith('["document"')) this.documents += 1;
    if (line.startsWith('["entry"')) this.entries += 1;
  }

  /** Returns the last line. No line can be added afterwards. */
  end(): string {
    return JSON.stringify(['end', this.documents, this.entries, this.#hash.digest('hex')]);
  }
}

const damaged = (line: number, cause?: unknown): ServiceError =>
  new ServiceError('ERR_STATE_FILE', { cause, detail: { reason: `line ${line}` } });

function parseLine(line: string, at: number): ArchiveItem | undefined {
  try {
    const parsed = anyLine.parse(JSON.parse(line));
    switch (parsed[0]) {
      case 'document': {
        const [type, kind, id, generation, sealed] = parsed;
        return { type, kind, id, generation, sealed: decodeBase64url(sealed) };
      }
      case 'entry': {
        const [type, log, entry, sealed] = parsed;
        return { type, log, number: entry, sealed: decodeBase64url(sealed) };
      }
      case 'end':
        return undefined;
    }
  } catch (cause) {
    throw damaged(at, cause);
  }
}

async function* linesOf(path: string): AsyncIterable<string> {
  const input = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } finally {
    input.destroy();
  }
}

/**
 * Yields every item of a file. Rejects ERR_STATE_FILE at the first line that is damaged, and at the
 * end if the file is not complete.
 */
export async function* readArchiveFile(path: string): AsyncIterable<ArchiveItem> {
  const digest = new ArchiveDigest();
  let at = 0;
  let isComplete = false;
  for await (const line of linesOf(path)) {
    at += 1;
    if (isComplete || (at === 1 && line !== HEADER)) throw damaged(at);
    const item = at === 1 ? undefined : parseLine(line, at);
    if (at > 1 && item === undefined) {
      if (line !== digest.end()) throw damaged(at);
      isComplete = true;
    } else digest.add(line);
    if (item !== undefined) yield item;
  }
  if (!isComplete) throw damaged(at);
}

/** Reads a whole file without using its items. Rejects ERR_STATE_FILE. */
export async function checkArchiveFile(path: string): Promise<ArchiveEnd> {
  const end = { documents: 0, entries: 0 };
  for await (const { type } of readArchiveFile(path)) {
    if (type === 'document') end.documents += 1;
    else end.entries += 1;
  }
  return end;
}

/** Returns the complete lines of an export that was interrupted, or none if there is no file. */
export async function* completeLines(path: string): AsyncIterable<string> {
  let previous: string | undefined;
  for await (const line of linesOf(path)) {
    if (previous !== undefined) yield previous;
    previous = line;
  }
  // The last line may be incomplete, so it is written again.
}
