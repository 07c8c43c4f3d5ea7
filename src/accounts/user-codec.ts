import { z } from 'zod';
import { type LegacyUser, legacyUserSchema } from './legacy-user-document.js';
import { sealedCodec } from './sealed-codec.js';
import {
  type DeletedUser,
  deletedUserSchema,
  type UserDocument,
  userDocumentSchema,
} from './user-document.js';

/** The document of a user, a tombstone, or a document of the first format. */
export type StoredUser = UserDocument | DeletedUser | LegacyUser;

/**
 * The codec of the user's document. Exactly one of the schemas matches: all are strict, only a
 * tombstone has `deletedAtMs`, and the version distinguishes the formats.
 */
export const userCodec = sealedCodec<StoredUser>(
  'user',
  z.union([userDocumentSchema, deletedUserSchema, legacyUserSchema]),
);

/** Returns whether a document has the first format. */
export const isLegacy = (stored: StoredUser): stored is LegacyUser =>
  'audit' in stored && 'open' in stored.audit;
