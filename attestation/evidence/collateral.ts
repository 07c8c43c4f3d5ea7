/**
 * Collateral: what Intel publishes so that a quote can be judged, in the JSON shape of dcap-qvl. The audited party may
 * supply it, so every member is capped, has one spelling, and is nothing until it was verified.
 */
import { z } from 'zod';
import { EvidenceError } from '../check.js';
import { matchSchema } from '../schema/match-schema.js';

const CHECK = 'collateral.format';
const MAX_PEM_CHARS = 16 * 1024;
const MAX_JSON_CHARS = 256 * 1024;
/** The list of a large authority has some tens of kilobytes. */
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
/** Text whose UTF-8 is the only one of it: a lone surrogate would stand for other bytes. */
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
  /** When the service asked for it: a claim. */
  fetched_at: z.union([z.string().max(64), z.number()]).optional(),
});

/** Members as they came, each of its shape; chains are PEM, lists are DER in hex, signatures r ‖ s in hex. */
export type UnverifiedCollateral = Readonly<z.infer<typeof collateralSchema>>;

/** Reads collateral from its parsed JSON. Throws an EvidenceError of `collateral.format`. */
export function parseCollateral(untrustedCollateral: unknown): UnverifiedCollateral {
  const result = matchSchema(collateralSchema, untrustedCollateral);
  if (result.success) return result.data;
  const [member] = result.issues[0]?.path ?? [];
  const known = typeof member === 'string' && Object.hasOwn(collateralSchema.shape, member);
  const reason = known ? `${member} is not of its form` : 'its members are not those of collateral';
  throw new EvidenceError(CHECK, reason, result.cause);
}
