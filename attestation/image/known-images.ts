/**
 * Which OS image a machine runs, by register 2 (kernel command line and initial disk, with the hash of the root file system
 * in it): nothing else tells a development image, into which its operator can log in, from one for production.
 */
import { z } from 'zod';
import { matchSchema } from '../schema/match-schema.js';

const imageSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** SHA-384, 96 hex digits. */
  rtmr2: z.string().regex(/^[0-9a-f]{96}$/),
  /** SHA-256 as the image's publisher names it; null where it is not known. */
  osImageHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  development: z.boolean(),
});

const tableSchema = z.strictObject({ version: z.literal(1), images: z.array(imageSchema) });

export type KnownImage = Readonly<z.infer<typeof imageSchema>>;

/**
 * Reads a table of images (known-images.json). Throws a TypeError for a table of another form or with a register twice: it
 * is shipped with the verifier, not evidence.
 */
export function parseKnownImages(json: string): readonly KnownImage[] {
  const result = matchSchema(tableSchema, parseJson(json));
  if (!result.success) throw new TypeError('the table of known images has another form');
  const { images } = result.data;
  const registers = new Set(images.map(({ rtmr2 }) => rtmr2));
  if (registers.size !== images.length) throw new TypeError('a register is there twice');
  return images;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError('the table of known images is not JSON', { cause });
  }
}
