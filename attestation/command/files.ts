/** Reads and writes the files of the command. */
import { readFile, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { parseStrictJson } from '../application/strict-json.js';
import { matchSchema } from '../schema/match-schema.js';
import { withReason } from '../failure-reason.js';
import { UncheckableError } from './ask-service.js';

/** The size of the largest file that is read. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** Reads a file of at most 8 MiB. Rejects an UncheckableError that names `what`. */
export async function readText(path: string, what: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= MAX_FILE_BYTES) return bytes.toString('utf8');
  } catch (cause) {
    throw new UncheckableError(withReason(`${what} ${path} cannot be read`, cause), { cause });
  }
  throw new UncheckableError(`${what} ${path} is larger than 8 MiB`);
}

/** Reads a file of JSON. Rejects an UncheckableError. */
export async function readJson(path: string, what: string): Promise<unknown> {
  const text = await readText(path, what);
  try {
    return parseStrictJson(text, { maxBytes: MAX_FILE_BYTES, maxDepth: 32 });
  } catch (cause) {
    throw new UncheckableError(`${what} ${path} is not JSON`, { cause });
  }
}

/** Returns a value of a schema. Throws an UncheckableError that names the first problems. */
export function parsedBy<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = matchSchema(schema, value);
  if (parsed.success) return parsed.data;
  const problems = parsed.issues
    .slice(0, 6)
    .map(({ path, message }) => `${path.map(String).join('.') || what}: ${message}`);
  throw new UncheckableError(`${what} is malformed: ${problems.join('; ')}`);
}

/** Writes a file. Rejects an UncheckableError. */
export async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new UncheckableError(withReason(`${path} cannot be written`, cause), { cause });
  }
}
