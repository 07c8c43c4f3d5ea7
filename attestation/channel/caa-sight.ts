/**
 * The CAA records (RFC 8659) that decide who may issue certificates for a name, as they were found.
 */
import { z } from 'zod';

const dnsName = z.string().max(255);

/** The most records of one name that are judged. */
export const MAX_RECORDS = 256;

const recordSchema = z.strictObject({
  /** In lower case: `issue`, `issuewild`, or another one. */
  tag: z.string().max(255),
  value: z.string().max(4_096),
});

/** The records of the closest name that has any, from a name upward. */
const setSchema = z.strictObject({
  /** Null if neither the name nor any above it has records. */
  at: dnsName.nullable(),
  records: z.array(recordSchema).max(MAX_RECORDS),
});

/** The schema of what was found. */
export const caaSightSchema = z.union([
  z.strictObject({
    name: dnsName,
    /** The name of which the name is an alias (CNAME). Its owner decides about the records. */
    alias: dnsName.nullable(),
    own: setSchema,
    /**
     * Decides about wildcard certificates, which cover the name too. Null for a name below the top.
     */
    parent: setSchema.nullable(),
  }),
  /** Why nothing is known. */
  z.strictObject({ problem: z.string().max(100) }),
]);

/** One record. */
export type CaaRecord = z.infer<typeof recordSchema>;
/** The records that decide about a name. */
export type CaaSet = z.infer<typeof setSchema>;
/** What was found, or why nothing is known. */
export type CaaSight = z.infer<typeof caaSightSchema>;
