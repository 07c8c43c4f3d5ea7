/**
 * A line of the journal: the changes that one `fdatasync` makes durable.
 *
 *   {"sum":"<CRC-32 of the changes, 8 hex digits>","changes":[…]}
 *
 * A write that a crash interrupts leaves a last line that is incomplete or whose sum is wrong. The
 * sum only detects such a line; the seal of each value protects against changed values.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';

const name = z.string();
const count = z.number().int().nonnegative();

const changeSchema = z.union([
  z.tuple([z.literal('put'), name, name, count, z.string()]),
  z.tuple([z.literal('remove'), name, name]),
  z.tuple([z.literal('append'), name, count, z.array(z.string())]),
  z.tuple([z.literal('drop'), name, count]),
]);

/**
 * A change as the journal contains it, with sealed bytes as base64url.
 *
 * | change                                | content                                            |
 * | ------------------------------------- | -------------------------------------------------- |
 * | `put`, kind, id, generation, sealed   | a document at its new generation                   |
 * | `remove`, kind, id                    | the removal of a document                          |
 * | `append`, log, number, list of sealed | entries of a log, and the number of the first one  |
 * | `drop`, log, before                   | the removal of entries with smaller numbers        |
 */
export type JournalChange = z.infer<typeof changeSchema>;

const changesSchema = z.array(changeSchema);

const PREFIX = '{"sum":"';
const MIDDLE = '","changes":';
const SUM_DIGITS = 8;
const TEXT_AT = PREFIX.length + SUM_DIGITS + MIDDLE.length;

const sumOf = (text: string): string => crc32(text).toString(16).padStart(SUM_DIGITS, '0');

/** Encodes changes as one line, including its line feed. */
export function encodeJournalLine(changes: readonly JournalChange[]): string {
  const text = JSON.stringify(changes);
  return `${PREFIX}${sumOf(text)}${MIDDLE}${text}}\n`;
}

/** Decodes a line without its line feed. Returns undefined for a line that is not intact. */
export function decodeJournalLine(line: string): readonly JournalChange[] | undefined {
  const text = line.slice(TEXT_AT, -1);
  if (line !== `${PREFIX}${sumOf(text)}${MIDDLE}${text}}`) return undefined;
  try {
    return changesSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
