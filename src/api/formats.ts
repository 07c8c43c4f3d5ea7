/** Members that several resources share. */
import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';

/** A point in time: RFC 3339 in UTC, as JavaScript writes it. */
export const time = z.iso.datetime().meta({
  id: 'Time',
  description: 'RFC 3339, in UTC.',
  examples: ['2026-03-01T12:00:00.000Z'],
});

/** An Ethereum address with its checksum (EIP-55). */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .meta({
    id: 'Address',
    description: 'An Ethereum address with its EIP-55 checksum.',
    examples: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  });

/** The name that a person gives to a key or a sign-in method; it is trimmed. */
export const name = z.string().trim().min(1).max(ACCOUNT_LIMITS.nameLength);

/**
 * An address as a caller writes it: `ERR_ADDRESS_INVALID` is more telling than a failed pattern.
 */
export const claimedAddress = z.string().max(100);
