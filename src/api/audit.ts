/**
 * The audit trail of the user. The schemas of its entries belong to the verifier, which reads
 * exports.
 */
import { z } from 'zod';
import { auditEntrySchema, auditHeaderSchema } from '../../attestation/schema/audit.js';
import type { Endpoint, Json } from './endpoint.js';

const count = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/)
  .transform(Number);

const auditEntry = auditEntrySchema.meta({ id: 'AuditEntry' });
const auditHeader = auditHeaderSchema.meta({
  id: 'AuditHeader',
  description: 'The first line of an export.',
});

const auditQuery = z.strictObject({
  from: count.optional().meta({ description: 'The number of the first entry; 1 by default.' }),
  limit: count.optional().meta({ description: 'At most 200; 50 by default.' }),
  newest: count.optional().meta({
    description:
      'The number of newest entries to return, in place of `from` and `limit`; at most 200.',
  }),
  format: z
    .enum(['json', 'jsonl'])
    .optional()
    .meta({ description: '`jsonl` exports the whole trail, one entry a line.' }),
});

const auditPage = z
  .strictObject({
    entries: z.array(auditEntry),
    head: z.string().meta({ description: 'The hash of the newest entry.' }),
    firstSeq: z.int().positive(),
    lastSeq: z.int().nonnegative(),
    next: z.int().positive().exactOptional().meta({
      description: 'The value of `from` for the next page; absent on the last one.',
    }),
  })
  .meta({ id: 'AuditPage', description: 'Entries of the audit trail, oldest first.' });

/** Something that was done with the account. */
export type AuditEntry = Json<typeof auditEntry>;
/** Entries of the audit trail, oldest first. */
export type AuditPage = Json<typeof auditPage>;

export const readAudit = {
  id: 'readAudit',
  tag: 'account',
  method: 'GET',
  path: '/api/account/audit',
  summary: 'Read the audit trail, oldest entry first',
  query: auditQuery,
  replies: { 200: auditPage },
  stream: { mediaType: 'application/jsonl', item: z.union([auditHeader, auditEntry]) },
  errors: [],
} as const satisfies Endpoint;
