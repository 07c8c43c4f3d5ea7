/**
 * The receipt of a completed bootstrap: a compact JWS (RFC 7515), signed by the receipts key of one
 * boot.
 *
 * It states that this boot signed exactly these delegations for this run, and that the node
 * acknowledged them. It states nothing about other runs, about sessions, or about what the node
 * stores now. It contains signatures and texts in full, so that a verifier can recompute signers
 * and ids.
 */
import { z } from 'zod';

/** The type in the header of a receipt. */
export const RECEIPT_TYPE = 'sealwright-receipt+jwt';

const time = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const spaceName = z.enum(['default', 'applications', 'account', 'secrets', 'public']);

const delegation = z.strictObject({
  kind: z.enum(['session', 'host']),
  space: spaceName,
  /** The text that the account's key signed (EIP-4361). */
  siwe: z.string().max(32_768),
  /** The EIP-191 signature, 65 bytes in hex: r ‖ s ‖ v. */
  signature: z.string().regex(/^[0-9a-f]{130}$/),
  /** The id with which the node acknowledged the delegation. */
  cid: z.string().max(64),
  /** How often the delegation was signed again because it had expired before it was used. */
  round: z.number().int().nonnegative(),
});

/** The schema of the claims. */
export const receiptSchema = z.strictObject({
  jti: z.string().regex(/^[0-9a-f]{32}$/),
  app_id: z.string().regex(/^[0-9a-f]{40}$/),
  /** SHA-512 of the statement of the boot that signs the receipt. */
  boot_statement: z.string().regex(/^[0-9a-f]{128}$/),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  chain_id: z.number().int().positive(),
  node: z.strictObject({ origin: z.url().max(512), did: z.string().max(128) }),
  plan_version: z.string().max(64),
  /** Every delegation that the account's key signed for this run and the node acknowledged. */
  signed: z.array(delegation).min(5).max(10),
  /** Spaces that were hosted before the run, so that no host delegation was signed for them. */
  hosted_before: z.array(spaceName),
  network: z.strictObject({ id: z.string().max(256), public_key: z.string().max(256) }),
  /** SHA-256 of what was written, by resource. */
  written: z.array(z.strictObject({ resource: z.string().max(512), sha256 })).max(16),
  started_at: time,
  completed_at: time,
  /** 1 for a run that succeeded at the first attempt. */
  attempts: z.number().int().positive(),
});

/** The claims of a receipt. */
export type Receipt = z.infer<typeof receiptSchema>;

/** The header of a receipt. `kid` is the receipts key in hex. */
export const receiptHeaderSchema = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string().regex(/^[0-9a-f]{64}$/),
  typ: z.literal(RECEIPT_TYPE),
});
