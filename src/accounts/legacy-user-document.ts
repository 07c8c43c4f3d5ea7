/** The documents of users of the first format, which `legacy-users.ts` migrates. */
import { z } from 'zod';
import { sealedCodec } from './sealed-codec.js';
import { userDocumentSchema } from './user-document.js';

/** The number of entries in a segment of the first format. */
export const SEGMENT_ENTRIES = 32;

const index = z.number().int().nonnegative();

const legacyAudit = z.strictObject({
  firstSegment: index,
  nextSegment: index,
  nextSeq: z.number().int().positive(),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  open: z.array(z.string()),
});

/** The schema of a user's document of the first format. */
export const legacyUserSchema = z.strictObject({
  ...userDocumentSchema.shape,
  version: z.literal(1),
  audit: legacyAudit,
});

/** A user's document of the first format. */
export type LegacyUser = z.infer<typeof legacyUserSchema>;

/** The codec of a segment of the first format: a list of entries, each as a JSON text. */
export const legacySegmentCodec = sealedCodec<string[]>(
  'audit',
  z.array(z.string()).length(SEGMENT_ENTRIES),
);

/** Returns the id of a segment of the first format. */
export const legacySegmentId = (userId: string, segment: number): string => `${userId}-${segment}`;
