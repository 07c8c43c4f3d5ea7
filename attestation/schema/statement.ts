/**
 * The statement: what a Sealwright service states about itself, and what the quote of its machine
 * covers.
 *
 * A statement is canonical JSON (RFC 8785) and is transmitted as exactly that text. The quote's
 * report data is SHA-512 of its bytes, which is 64 bytes and needs no padding. The publisher and
 * the verifier both use this file.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { EvidenceError } from '../check.js';
import { matchSchema } from './match-schema.js';

/** The purpose of every statement. */
export const STATEMENT_PURPOSE = 'sealwright.attestation.v1';
/** The path of the identity key. */
export const IDENTITY_KEY_PATH = 'sealwright/identity/v1';
/** The purpose with which the identity key is requested. */
export const IDENTITY_KEY_PURPOSE = 'sealwright.identity.v1';

/** How many nonces can share a quote. */
export const MAX_SHARED_NONCES = 65_536;

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
/** RFC 3339 in UTC with milliseconds, as JavaScript writes it. */
const time = z.iso.datetime({ precision: 3 });
const counter = z.number().int().nonnegative();

const identityKey = z.strictObject({
  id: z.literal('identity'),
  alg: z.literal('secp256k1'),
  path: z.literal(IDENTITY_KEY_PATH),
  purpose: z.literal(IDENTITY_KEY_PURPOSE),
  public_key: hexOf(33),
});

const receiptsKey = z.strictObject({
  id: z.literal('receipts'),
  alg: z.literal('ed25519'),
  public_key: hexOf(32),
  not_before: time,
});

/** The schema of a statement. */
export const statementSchema = z.strictObject({
  purpose: z.literal(STATEMENT_PURPOSE),
  version: z.literal(1),
  app_id: hexOf(20),
  /** As in the boot log. Empty if the deployment has none. */
  instance_id: z.string().regex(/^(?:[0-9a-f]{2}){0,64}$/),
  boot_id: hexOf(16),
  started_at: time,
  issued_at: time,
  /**
   * The caller's nonce. Null for the statement of a start, and if several nonces share the quote.
   */
  nonce: hexOf(32).nullable(),
  /** The Merkle tree (RFC 9162, SHA-256) of the nonces that share the quote. */
  nonce_tree: z
    .strictObject({ root: hexOf(32), size: z.number().int().min(2).max(MAX_SHARED_NONCES) })
    .exactOptional(),
  keys: z.tuple([identityKey, receiptsKey]),
  kms_root_public_key: hexOf(33).nullable(),
  state: z.strictObject({
    /** A directory of one process, or a database that several replicas share. */
    kind: z.enum(['json', 'postgres']),
    genesis_id: hexOf(16),
    /** Increases with each start on the same volume or database. */
    generation: counter,
  }),
  /**
   * Each setting with its effective value in the encoding of the environment, or null if it is not
   * set.
   */
  config: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().nullable()),
  /** The version of the plan of root signatures that this code carries out. */
  plan_version: z.string().min(1).max(64),
  source: z.strictObject({ commit: hexOf(20), lockfile_sha256: hexOf(32) }).nullable(),
  /**
   * The public key with which the service itself ends TLS (SHA-256 of its DER). Absent if a gateway
   * ends TLS. `acme_account_uri` is the account at the certificate authority, if the service
   * obtains certificates itself: a CAA record can name it (RFC 8657).
   */
  tls: z
    .strictObject({
      spki_sha256: hexOf(32),
      acme_account_uri: z.string().max(2_048).exactOptional(),
    })
    .exactOptional(),
});

/** A statement of a service. */
export type Statement = z.infer<typeof statementSchema>;

const MAX_STATEMENT_BYTES = 64 * 1024;

/** Encodes a statement as its canonical text. */
export function encodeStatement(statement: Statement): string {
  const text = canonicalize(statementSchema.parse(statement));
  if (text === undefined) throw new TypeError('a statement has a canonical form');
  return text;
}

/**
 * Parses a statement. Throws an EvidenceError of `statement.canonical` for a text that is not
 * canonical.
 */
export function parseStatement(text: string): Statement {
  const refuse = (reason: string, cause?: unknown): EvidenceError =>
    new EvidenceError('statement.canonical', reason, cause);
  if (Buffer.byteLength(text) > MAX_STATEMENT_BYTES) throw refuse('larger than 64 KiB');
  let untrusted: unknown;
  try {
    untrusted = JSON.parse(text);
  } catch (cause) {
    throw refuse('not JSON', cause);
  }
  const parsed = matchSchema(statementSchema, untrusted);
  if (!parsed.success) {
    const members = parsed.issues.map(({ path }) => path.join('.') || 'the whole');
    throw refuse(`not a statement: ${[...new Set(members)].slice(0, 5).join(', ')}`);
  }
  if (!isCanonical(parsed.data, text)) throw refuse('not in canonical form');
  return parsed.data;
}

/** Half of a surrogate pair has no canonical form, so `canonicalize` throws. */
function isCanonical(statement: Statement, text: string): boolean {
  try {
    return canonicalize(statement) === text;
  } catch {
    return false;
  }
}

/** Returns SHA-512 of the statement's bytes (64 bytes), which is the report data of the quote. */
export function reportDataOf(statementText: string): Uint8Array {
  return new Uint8Array(createHash('sha512').update(statementText, 'utf8').digest());
}

/** Returns the name of a statement, which is its report data as 128 hex digits. */
export function statementHashOf(statementText: string): string {
  return Buffer.from(reportDataOf(statementText)).toString('hex');
}

/**
 * Returns the message that the identity key signs to prove that this machine holds it: a tag, a
 * zero byte and the report data. It is signed under SHA-256, while Ethereum signatures use
 * Keccak-256, so it can never be an Ethereum signature.
 */
export function possessionMessageOf(reportData: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([Buffer.from('sealwright.pop.v1\0'), reportData]));
}

/** Returns SHA-256 of the possession message (32 bytes). */
export function possessionDigestOf(reportData: Uint8Array): Uint8Array {
  const message = possessionMessageOf(reportData);
  return new Uint8Array(createHash('sha256').update(message).digest());
}
