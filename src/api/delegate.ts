/** Signatures that set up the account without asking, where the person allowed that beforehand. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { claimedAddress } from './formats.js';
import { FORMAT_ERRORS, KEY_ERRORS, messageText, signature, signOutcome } from './sign.js';

const denial = z.enum([
  'auto_sign_disabled',
  'policy_refused',
  'address_mismatch',
  'outside_bootstrap_allowlist',
  'chain_mismatch',
  'void_grant',
  'statement_not_standard',
  'resources_not_standard',
  'fields_not_standard',
  'domain_not_allowed',
  'app_stopped',
  'uri_not_session_key',
  'issued_at_out_of_range',
  'expiry_out_of_range',
  'host_not_node_peer',
]);

const delegateRequest = z
  .strictObject({
    address: claimedAddress,
    chainId: z.int().positive(),
    message: messageText,
    type: z.enum(['siwe', 'message']),
    keyId: z.string().max(100).optional(),
  })
  .meta({ id: 'DelegateSignRequest' });

const delegateReply = z
  .discriminatedUnion('approved', [
    z.strictObject({ approved: z.literal(true), signature, tinycloudBootstrap: signOutcome }),
    z.strictObject({
      approved: z.literal(false),
      needsApproval: z.literal(true),
      reason: z.string(),
      code: denial,
    }),
  ])
  .meta({
    id: 'DelegateSignReply',
    description: 'A signature, or why the app must ask the person.',
  });

/** Why a request is not signed without asking the person. */
export type DenialCode = z.infer<typeof denial>;

export const delegateSign = {
  id: 'delegateSign',
  tag: 'signing',
  method: 'POST',
  path: '/api/delegate/sign',
  summary: 'Sign a request that sets up the account, without asking, where the person allowed that',
  request: delegateRequest,
  replies: { 200: delegateReply },
  errors: [...KEY_ERRORS, ...FORMAT_ERRORS],
} as const satisfies Endpoint;
