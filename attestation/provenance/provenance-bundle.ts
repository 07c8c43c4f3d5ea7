/**
 * Parses a provenance in the form in which GitHub publishes it: a Sigstore bundle of version 0.3
 * with a certificate, an in-toto statement (DSSE), and its entry in a transparency log. Other forms
 * of Sigstore bundles are rejected.
 *
 * The bounds are far above what occurs. They exist because the library that verifies a bundle
 * parses certificates, log entries, and checkpoints recursively and without bounds.
 */
import { z } from 'zod';
import { parseStrictJson, StrictJsonError } from '../application/strict-json.js';
import { matchSchema } from '../schema/match-schema.js';
import { ProvenanceError } from './provenance-error.js';

/** The longest text of a bundle, in bytes. A real one has about 12 KiB. */
export const MAX_BUNDLE_BYTES = 256 * 1024;
const MAX_DEPTH = 16;

const base64 = (maxBytes: number) =>
  z
    .base64()
    .min(4)
    .max(4 * Math.ceil(maxBytes / 3));
const number = z.string().regex(/^(?:0|[1-9][0-9]{0,18})$/);
const sha256 = base64(32).length(44);
const word = z.string().regex(/^[a-z0-9.]{1,32}$/);

/**
 * A note that a log signed: its text, an empty line, and at least one signature. The library
 * matches the name of the signer as a regular expression, so a name has no characters that repeat
 * or group.
 */
const CHECKPOINT =
  /^[^\n]{1,256}\n[0-9]{1,19}\n[A-Za-z0-9+/=]{44}\n(?:[^\n]{1,256}\n){0,8}\n(?:\u2014 [A-Za-z0-9./:_-]{1,253} [A-Za-z0-9+/=]{8,1024}\n){1,8}$/;

const logEntry = z.strictObject({
  logIndex: number,
  logId: z.strictObject({ keyId: sha256 }),
  kindVersion: z.strictObject({ kind: word, version: word }),
  /** Seconds since 1970. Absent or 0 in a log that signs no time. */
  integratedTime: number.exactOptional(),
  inclusionPromise: z.strictObject({ signedEntryTimestamp: base64(1_024) }).exactOptional(),
  inclusionProof: z
    .strictObject({
      logIndex: number,
      rootHash: sha256,
      treeSize: number,
      hashes: z.array(sha256).max(64).exactOptional(),
      checkpoint: z.strictObject({ envelope: z.string().regex(CHECKPOINT) }),
    })
    .exactOptional(),
  canonicalizedBody: base64(64 * 1024),
});

const bundleSchema = z.strictObject({
  mediaType: z.literal('application/vnd.dev.sigstore.bundle.v0.3+json'),
  verificationMaterial: z.strictObject({
    certificate: z.strictObject({ rawBytes: base64(16 * 1024) }),
    tlogEntries: z.array(logEntry).max(4).exactOptional(),
    timestampVerificationData: z
      .strictObject({
        rfc3161Timestamps: z
          .array(z.strictObject({ signedTimestamp: base64(16 * 1024) }))
          .max(4)
          .exactOptional(),
      })
      .nullable()
      .exactOptional(),
  }),
  dsseEnvelope: z.strictObject({
    payload: base64(64 * 1024),
    payloadType: z.literal('application/vnd.in-toto+json'),
    signatures: z.tuple([
      z.strictObject({ sig: base64(1_024), keyid: z.string().max(256).exactOptional() }),
    ]),
  }),
});

/** A parsed bundle. Nothing of it is verified. */
export type UnverifiedProvenance = z.infer<typeof bundleSchema>;

/** Parses the text of a bundle. Throws a ProvenanceError. */
export function parseProvenanceBundle(text: string): UnverifiedProvenance {
  const untrusted = parseJson(text);
  const parsed = matchSchema(bundleSchema, untrusted);
  if (!parsed.success) {
    const members = parsed.issues.map(({ path }) => path.map(String).join('.') || 'the bundle');
    throw new ProvenanceError('form', [...new Set(members)].slice(0, 6).join(', '), parsed.cause);
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text, { maxBytes: MAX_BUNDLE_BYTES, maxDepth: MAX_DEPTH });
  } catch (cause) {
    const isTooLarge = cause instanceof StrictJsonError && cause.problem === 'too-large';
    if (isTooLarge) throw new ProvenanceError('size', 'more than 256 KiB', cause);
    throw new ProvenanceError('json', 'not strict JSON', cause);
  }
}
