/**
 * The evidence document, which `GET /attestation` returns and a bundle contains.
 *
 * Members have one encoding (lower-case hex without 0x, JSON texts as the agent wrote them), and
 * unknown members are rejected. A bundle of bare evidence without a Sealwright statement is
 * accepted too; the checks that need a statement are then skipped.
 */
import { z } from 'zod';

const hexText = (minBytes: number, maxBytes: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${minBytes},${maxBytes}}$`));
const hexOf = (bytes: number) => hexText(bytes, bytes);
const shortText = (characters: number) => z.string().max(characters);

const MAX_LOG = 1024 * 1024;
const MAX_COMPOSE = 512 * 1024;

/** The agent's description of its machine. */
export const tcbInfoSchema = z.strictObject({
  mrtd: hexOf(48),
  rtmr0: hexOf(48),
  rtmr1: hexOf(48),
  rtmr2: hexOf(48),
  rtmr3: hexOf(48),
  os_image_hash: hexText(0, 32),
  compose_hash: hexOf(32),
  device_id: shortText(256),
  /** Repeats the `app_compose` of the document. Newer documents leave it out. */
  app_compose: shortText(MAX_COMPOSE).exactOptional(),
});

const signature = hexOf(65);

/** The identity key and its endorsement. */
export const keyCustodySchema = z.strictObject({
  path: shortText(256),
  purpose: shortText(256),
  algorithm: z.literal('secp256k1'),
  public_key: hexOf(33),
  /**
   * Signatures by the application's key and then by the KMS root. The second is empty without a
   * KMS.
   */
  signature_chain: z.tuple([signature, signature.or(z.literal(''))]),
  key_provider: z.strictObject({ name: shortText(256), id: shortText(4_096) }),
});

/**
 * Intel's collateral of a platform in the encoding of dcap-qvl. `evidence/collateral.ts` judges it.
 */
export const collateralSchema = z.record(z.string().max(64), z.string().max(2 * 1024 * 1024));

const evidence = {
  quote: hexText(632, 65_536),
  event_log: shortText(MAX_LOG),
  vm_config: shortText(16_384),
  app_compose: shortText(MAX_COMPOSE),
  compose_hash: hexOf(32),
  app_id: hexOf(20),
  instance_id: hexText(0, 64),
  os_image_hash: hexText(0, 32),
  tcb_info: tcbInfoSchema,
  report_data: hexOf(64),
  collateral: collateralSchema.nullable(),
};

/** The schema of an evidence document. */
export const documentSchema = z.strictObject({
  ...evidence,
  version: z.literal(1),
  mode: z.enum(['tdx', 'simulated']),
  statement: shortText(64 * 1024),
  binding: z.strictObject({ alg: z.literal('sha512'), report_data: hexOf(64) }),
  proof_of_possession: z.strictObject({
    alg: z.literal('ecdsa-secp256k1-sha256'),
    key_id: z.literal('identity'),
    /** r ‖ s, low s. */
    signature: hexOf(64),
  }),
  key_custody: keyCustodySchema,
  intel_quote: hexText(632, 65_536),
  request_nonce: hexOf(32).nullable(),
  /**
   * Where the nonce is in the statement's `nonce_tree`, with its siblings from the leaf to the
   * root.
   */
  nonce_proof: z
    .strictObject({
      index: z.number().int().nonnegative().max(65_535),
      path: z.array(hexOf(32)).max(16),
    })
    .exactOptional(),
  /**
   * The exporter value of the TLS connection to which the evidence is bound. The quote then covers
   * the nonce together with it (channel.ts). It is no secret.
   */
  channel_exporter: hexOf(32).exactOptional(),
  signing_public_key: hexOf(33),
  agent_version: shortText(64).nullable(),
  known_limits: z.array(shortText(1_024)).max(32),
});

/** A reply of `GET /attestation`. */
export type AttestationDocument = z.infer<typeof documentSchema>;

/** The schema of bare evidence. */
export const bareEvidenceSchema = z
  .strictObject({ ...evidence, tcb_info: tcbInfoSchema.partial() })
  .partial()
  .required({ quote: true, event_log: true });

/** Evidence of a machine whose service makes no Sealwright statement. */
export type BareEvidence = z.infer<typeof bareEvidenceSchema>;
