/** Verifies Intel's TCB information of a platform family (PCS v4, "TDX TCB Info", version 3). */
import { z } from 'zod';
import type { UnverifiedCollateral } from './collateral.js';
import {
  dateText,
  hexText,
  tcbStatusText,
  verifySignedJson,
  verifyWindow,
  type TcbAuthority,
} from './signed-json.js';

const components = z.array(z.object({ svn: z.number().int().min(0).max(255) })).length(16);
const judgement = {
  tcbDate: dateText,
  tcbStatus: tcbStatusText,
  advisoryIDs: z.array(z.string().max(64)).max(1_000).optional(),
};

/** Levels of a component with a single SVN: a TDX module or the quoting enclave. */
export const svnLevels = z
  .array(
    z.object({
      tcb: z.object({ isvsvn: z.number().int().min(0).max(65_535) }),
      ...judgement,
    }),
  )
  .min(1);
/** A level of a component with a single SVN. */
export type SvnLevel = z.infer<typeof svnLevels>[number];

const module = { mrsigner: hexText(48), attributes: hexText(8), attributesMask: hexText(8) };

/** Other members are ignored, because Intel may add some. */
const tcbInfoSchema = z.object({
  id: z.literal('TDX'),
  version: z.literal(3),
  issueDate: dateText,
  nextUpdate: dateText,
  fmspc: hexText(6),
  pceId: hexText(2),
  tcbType: z.literal(0),
  tcbEvaluationDataNumber: z.number().int().nonnegative(),
  tdxModule: z.object(module),
  tdxModuleIdentities: z
    .array(z.object({ id: z.string().max(16), ...module, tcbLevels: svnLevels }))
    .optional(),
  tcbLevels: z
    .array(
      z.object({
        tcb: z.object({
          sgxtcbcomponents: components,
          pcesvn: z.number().int().min(0).max(65_535),
          tdxtcbcomponents: components,
        }),
        ...judgement,
      }),
    )
    .min(1),
});

declare const verified: unique symbol;
/** The TCB information of a platform family. */
export type TcbInfo = z.infer<typeof tcbInfoSchema>;
/** A level of a platform. */
export type TcbLevel = TcbInfo['tcbLevels'][number];
/** TCB information that Intel signed and that is valid at the time of the verification. */
export type VerifiedTcbInfo = TcbInfo & { readonly [verified]: true };

const CHECK = 'collateral.tcb-info';

/** Verifies the TCB information in collateral. Throws an EvidenceError of `collateral.tcb-info`. */
export function verifyTcbInfo(
  collateral: UnverifiedCollateral,
  authority: TcbAuthority,
  atMs: number,
): VerifiedTcbInfo {
  const signed = {
    text: collateral.tcb_info,
    signature: collateral.tcb_info_signature,
    issuerChain: collateral.tcb_info_issuer_chain,
  };
  const { value } = verifySignedJson(signed, tcbInfoSchema, authority, atMs, CHECK);
  verifyWindow(value, atMs, CHECK);
  return value as VerifiedTcbInfo;
}
