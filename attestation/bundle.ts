/**
 * Parses bundles. A bundle is an evidence document in a file: either the reply of `GET
 * /attestation`, or the bare evidence of a machine whose service makes no Sealwright statement
 * (`{quote, event_log, app_compose?, collateral?, …}`).
 */
import type { z } from 'zod';
import { EvidenceError } from './check.js';
import { matchSchema } from './schema/match-schema.js';
import { parseStrictJson } from './application/strict-json.js';
import {
  bareEvidenceSchema,
  documentSchema,
  type AttestationDocument,
  type BareEvidence,
} from './schema/document.js';

const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 32;

const refuse = (reason: string, cause?: unknown): EvidenceError =>
  new EvidenceError('document.consistent', reason, cause);

/** A parsed bundle. */
export type Bundle = {
  readonly evidence: BareEvidence;
  /** Undefined for bare evidence. */
  readonly document: AttestationDocument | undefined;
};

/** Parses a bundle. Throws an EvidenceError of `document.consistent`. */
export function parseBundle(text: string): Bundle {
  let untrusted: unknown;
  try {
    untrusted = parseStrictJson(text, { maxBytes: MAX_BUNDLE_BYTES, maxDepth: MAX_DEPTH });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw refuse(`not a JSON document: ${why}`, cause);
  }
  const isDocument =
    typeof untrusted === 'object' && untrusted !== null && 'statement' in untrusted;
  if (isDocument) {
    const document = matching(documentSchema, untrusted);
    return { evidence: document, document };
  }
  return { evidence: matching(bareEvidenceSchema, untrusted), document: undefined };
}

function matching<T>(schema: z.ZodType<T>, untrusted: unknown): T {
  const parsed = matchSchema(schema, untrusted);
  if (parsed.success) return parsed.data;
  const members = parsed.issues.map(
    ({ path, code }) => `${path.join('.') || 'document'} (${code})`,
  );
  throw refuse(`malformed: ${[...new Set(members)].slice(0, 6).join(', ')}`);
}
