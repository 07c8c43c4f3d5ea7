/**
 * Collateral: the data that Intel publishes for judging quotes, in the JSON form of dcap-qvl. The
 * audited party may supply it, so every member is limited, has one encoding, and is untrusted until
 * it is verified.
 */
import { z } from 'zod';
import { EvidenceError } from '../check.js';
import { matchSchema } from '../schema/match-schema.js';

const CHECK = 'collateral.format';
const MAX_PEM_CHARS = 16 * 1024;
const MAX_JSON_CHARS = 256 * 1024;
/** The list of a large authority has several tens of kilobytes. */
const MAX_CRL_CHARS = 4 * 1024 * 1024;

const pem = z
  .string()
  .max(MAX_PEM_CHARS)
  .regex(/^[\n -~]+$/);
const list = z
  .string()
  .max(MAX_CRL_CHARS)
  .regex(/^(?:[0-9a-f]{2})+$/);
const signature = z.string().regex(/^[0-9a-f]{128}$/);
/** Text with a unique UTF-8 encoding. A lone surrogate would be encoded as other bytes. */
const signedJson = z
  .string()
  .max(MAX_JSON_CHARS)
  .refine((text) => text.isWellFormed());

const collateralSchema = z.strictObject({
  pck_crl_issuer_chain: pem,
  root_ca_crl: list,
  pck_crl: list,
  tcb_info_issuer_chain: pem,
  tcb_info: signedJson,
  tcb_info_signature: signature,
  qe_identity_issuer_chain: pem,
  qe_identity: signedJson,
  qe_identity_signature: signature,
  pck_certificate_chain: pem.optional(),
  /** When the service fetched it, which is only a claim. */
  fetched_at: z.union([z.string().max(64), z.number()]).optional(),
});

/**
 * The members after the check of their form. Chains are PEM, lists are DER in hex, and signatures
 * are r ‖ s in hex.
 */
export type UnverifiedCollateral = Readonly<z.infer<typeof collateralSchema>>;

/** Parses collateral from JSON values. Throws an EvidenceError of `collateral.format`. */
export function parseCollateral(untrustedCollateral: unknown): UnverifiedCollateral {
  const result = matchSchema(collateralSchema, untrustedCollateral);
  if (result.success) return result.data;
  const [member] = result.issues[0]?.path ?? [];
  const known = typeof member === 'string' && Object.hasOwn(collateralSchema.shape, member);
  const reason = known ? `${member} is malformed` : 'the members are not those of collateral';
  throw new EvidenceError(CHECK, reason, result.cause);
}
