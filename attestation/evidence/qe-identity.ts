/**
 * Verifies Intel's identity of the quoting enclave for TDX (PCS v4, "Enclave Identity", version 2).
 */
import { z } from 'zod';
import type { UnverifiedCollateral } from './collateral.js';
import {
  dateText,
  hexText,
  verifySignedJson,
  verifyWindow,
  type TcbAuthority,
} from './signed-json.js';
import { svnLevels } from './tcb-info.js';

/** Other members are ignored, because Intel may add some. */
const qeIdentitySchema = z.object({
  id: z.literal('TD_QE'),
  version: z.literal(2),
  issueDate: dateText,
  nextUpdate: dateText,
  tcbEvaluationDataNumber: z.number().int().nonnegative(),
  miscselect: hexText(4),
  miscselectMask: hexText(4),
  attributes: hexText(16),
  attributesMask: hexText(16),
  mrsigner: hexText(32),
  isvprodid: z.number().int().min(0).max(65_535),
  tcbLevels: svnLevels,
});

declare const verified: unique symbol;
/** The identity of the quoting enclave. */
export type QeIdentity = z.infer<typeof qeIdentitySchema>;
/** An identity that Intel signed and that is valid at the time of the verification. */
export type VerifiedQeIdentity = QeIdentity & { readonly [verified]: true };

const CHECK = 'collateral.qe-identity';

/** Verifies the identity in collateral. Throws an EvidenceError of `collateral.qe-identity`. */
export function verifyQeIdentity(
  collateral: UnverifiedCollateral,
  authority: TcbAuthority,
  atMs: number,
): VerifiedQeIdentity {
  const signed = {
    text: collateral.qe_identity,
    signature: collateral.qe_identity_signature,
    issuerChain: collateral.qe_identity_issuer_chain,
  };
  const { value } = verifySignedJson(signed, qeIdentitySchema, authority, atMs, CHECK);
  verifyWindow(value, atMs, CHECK);
  return value as VerifiedQeIdentity;
}
