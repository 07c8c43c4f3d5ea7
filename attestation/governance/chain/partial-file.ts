/**
 * What was read so far, in a file beside the output, so that a run that ends early is continued.
 *
 * The first line names the question: provider, chain, block, and contracts. Each other line is a
 * part of the events of a contract. A line is appended once its part was read, so a crash leaves
 * whole lines and at most one that is cut. The file is believed as much as the provider that it
 * names: its block is compared with the chain, and the events are compared with the state as usual.
 */
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { matchSchema } from '../../schema/match-schema.js';
import { areInOrder, logEntrySchema, type LogPart } from './read-logs.js';

const count = z.number().int().nonnegative();
const address = z.string().regex(/^0x[0-9a-f]{40}$/);

const questionSchema = z.strictObject({
  version: z.literal(1),
  rpc_host: z.string(),
  chain_id: count,
  app: address,
  kms: address.nullable(),
  block: z.strictObject({
    number: count,
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    time: z.iso.datetime(),
    finality: z.enum(['finalized', 'latest']),
  }),
});

/** What a partial file is about. */
export type PartialQuestion = z.infer<typeof questionSchema>;

const partSchema = z.strictObject({
  address,
  from: count,
  to: count,
  entries: z.array(logEntrySchema),
});

/** A part of the events of a contract. */
export type SavedPart = LogPart & { readonly address: string };

/** What an earlier run left. */
export type Leftover = {
  readonly question: PartialQuestion;
  readonly parts: readonly SavedPart[];
};

/** Returns what a partial file contains, up to the first line that is cut or does not continue. */
export function parsePartial(text: string): Leftover | undefined {
  const [first = '', ...rest] = text.split('\n');
  const question = parseLine(questionSchema, first);
  if (question === undefined) return undefined;
  const parts: SavedPart[] = [];
  for (const line of rest) {
    const part = parseLine(partSchema, line);
    if (part === undefined || !continues(parts, part, question.block.number)) break;
    parts.push(part);
  }
  return { question, parts };
}

function continues(parts: readonly SavedPart[], part: SavedPart, last: number): boolean {
  const before = parts.findLast(({ address: of }) => of === part.address);
  const isNext = before === undefined || part.from === before.to + 1;
  return isNext && part.to <= last && areInOrder(part.entries, part.from, part.to);
}

function parseLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    const matched = matchSchema(schema, JSON.parse(line));
    return matched.success ? matched.data : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves to what an earlier run left in a file, or undefined if there is nothing to continue. */
export async function readPartial(path: string): Promise<Leftover | undefined> {
  try {
    return parsePartial(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Begins a file with what is known. */
export async function beginPartial(path: string, { question, parts }: Leftover): Promise<void> {
  await writeFile(path, [question, ...parts].map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** Adds a part to a file. */
export const addToPartial = async (path: string, part: SavedPart): Promise<void> =>
  appendFile(path, `${JSON.stringify(part)}\n`);

/** Removes a file that is no longer needed. */
export const removePartial = async (path: string): Promise<void> => rm(path, { force: true });
