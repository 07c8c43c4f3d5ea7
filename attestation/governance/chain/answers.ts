/**
 * The forms of what an RPC provider answers. Hashes and data lose their `0x`, addresses keep it.
 */
import { z } from 'zod';

const MAX_DATA_CHARS = 1024 * 1024;

/** A number: hex without leading zeros, exactly representable here. */
export const quantity = z
  .string()
  .regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,12})$/)
  .transform(Number);

/** 32 bytes. */
export const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text.slice(2));

/** Any number of bytes. */
export const data = z
  .string()
  .max(MAX_DATA_CHARS)
  .regex(/^0x(?:[0-9a-f]{2})*$/);

/** An address, in lower case. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase());

/** A header, or null for a block that does not exist. */
export const header = z.object({ number: quantity, hash, timestamp: quantity }).nullable();

/** Events, as `eth_getLogs` returns them. */
export const logs = z.array(
  z.object({
    address,
    topics: z.array(hash).max(4),
    data,
    blockNumber: quantity,
    blockHash: hash,
    logIndex: quantity,
    removed: z.boolean().optional(),
  }),
);
