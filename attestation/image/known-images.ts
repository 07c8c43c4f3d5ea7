/**
 * Identifies the OS image of a machine by register 2, which covers the kernel command line and the
 * initial disk, with the hash of the root file system in it. Nothing else distinguishes a
 * development image, which lets its operator log in, from a production image.
 */
import { z } from 'zod';
import { matchSchema } from '../schema/match-schema.js';

const imageSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** SHA-384, 96 hex digits. */
  rtmr2: z.string().regex(/^[0-9a-f]{96}$/),
  /** SHA-256 as the image's publisher states it, or null if unknown. */
  osImageHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Whether it is a development image, or one that was built for tests and never released. */
  development: z.boolean(),
});

const tableSchema = z.strictObject({ version: z.literal(1), images: z.array(imageSchema) });

/** An image in the table. */
export type KnownImage = Readonly<z.infer<typeof imageSchema>>;

/**
 * Parses a table of images (known-images.json). Throws TypeError if it is malformed or repeats a
 * register. The table ships with the verifier and is not evidence.
 */
export function parseKnownImages(json: string): readonly KnownImage[] {
  const result = matchSchema(tableSchema, parseJson(json));
  if (!result.success) throw new TypeError('the table of known images is malformed');
  const { images } = result.data;
  const registers = new Set(images.map(({ rtmr2 }) => rtmr2));
  if (registers.size !== images.length) throw new TypeError('a register occurs twice');
  return images;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError('the table of known images is not JSON', { cause });
  }
}
