/**
 * Parses bundles. A bundle is an evidence document in a file: either the reply of `GET
 * /attestation`, to which a capture adds what it saw of the connection, or the bare evidence of a
 * machine whose service makes no Sealwright statement
 * (`{quote, event_log, app_compose?, collateral?, …}`).
 */
import type { z } from 'zod';
import { EvidenceError } from './check.js';
import { captureSchema, type CaptureRecord } from './channel/sight.js';
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

const bundleSchema = documentSchema.extend({ captured: captureSchema.exactOptional() });

/** A parsed bundle. */
export type Bundle = {
  readonly evidence: BareEvidence;
  /** Undefined for bare evidence. */
  readonly document: AttestationDocument | undefined;
  /** What the capture recorded. A service never writes it, so it is nothing in a live reply. */
  readonly captured?: CaptureRecord | undefined;
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
    const { captured, ...document } = matching(bundleSchema, untrusted);
    return { evidence: document, document, captured };
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
