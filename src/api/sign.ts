/** Signatures, and what a signature says about the TinyCloud account of its key. */
import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Endpoint, Json } from './endpoint.js';
import { address } from './formats.js';

/** Characters of a message; its bytes, at most 32 KiB, are counted where they are known. */
export const messageText = z.string().max(2 * 32 * 1024 + 2);

export const messageFormat = z.enum(['personal_sign', 'raw']).meta({
  id: 'MessageFormat',
  description: '`personal_sign`: the message is text. `raw`: the message is bytes as 0x-hex.',
});

/** The setup of the account as far as it is when the signature is returned. */
export const signOutcome = z
  .strictObject({
    status: z.enum(['complete', 'skipped', 'pending', 'failed']),
    state: z.enum(['complete', 'cache-hit', 'skipped', 'locked', 'executing', 'failed']),
    reason: z
      .enum([
        'kill-switch',
        'not-tinycloud',
        'other-signer',
        'unsupported-chain',
        'nothing-owned',
        'auto-sign-disabled',
        'expired-request',
        'raw-format',
        'not-shown',
      ])
      .exactOptional()
      .meta({ description: 'Why nothing is set up; present when `status` is `skipped`.' }),
    errorCode: z.string().exactOptional(),
    retryable: z.boolean().exactOptional(),
    retryAfterMs: z.int().nonnegative().exactOptional(),
    statusUrl: z.string(),
  })
  .meta({
    id: 'SignOutcome',
    description:
      'How far the TinyCloud account of the key is. The signature does not depend on it.',
  });

export const signature = z
  .string()
  .regex(/^0x[0-9a-f]{130}$/)
  .meta({ description: '65 bytes (r, s, v) as 0x-hex.' });

const signatureReply = z
  .strictObject({ signature, address, format: messageFormat, tinycloudBootstrap: signOutcome })
  .meta({ id: 'Signature' });

const signRequest = z
  .strictObject({
    message: messageText.optional(),
    format: messageFormat.default('personal_sign'),
    reviewId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    assertion: z.looseObject({}).optional().meta({
      description:
        "The passkey's approval of the review, as `PublicKeyCredential.toJSON()` writes it.",
    }),
    appOrigin: z.string().max(300).optional(),
  })
  .meta({
    id: 'SignRequest',
    description: 'A message, or the id of a review that the person approved.',
    examples: [{ message: 'hello' }],
  });

/** The setup of the account, as the service reports it with a signature. */
export type SignOutcome = Json<typeof signOutcome>;
/** A signature. */
export type SignReply = Json<typeof signatureReply>;
/** Codes of a message that is not of its format. */
export const FORMAT_ERRORS = ['ERR_MESSAGE_INVALID', 'ERR_MESSAGE_TOO_LARGE'] as const;

/** Codes of a message that cannot be read, or that is never signed. */
export const MESSAGE_ERRORS = [
  ...FORMAT_ERRORS,
  'ERR_SIWE_INVALID',
  'ERR_RECAP_INVALID',
  'ERR_RECAP_STATEMENT',
  'ERR_RECAP_SEVERAL',
  'ERR_RECAP_NOT_LAST',
  'ERR_POLICY_OWN_SIGN_IN',
  'ERR_POLICY_OWN_STATEMENT',
  'ERR_POLICY_BARE_DIGEST',
  'ERR_POLICY_NO_EXPIRY',
  'ERR_POLICY_FOREIGN_HOSTING',
] as const satisfies ErrorCode[];

/** Codes of a key that cannot sign. */
export const KEY_ERRORS = ['ERR_KEY_NOT_FOUND', 'ERR_KEY_ARCHIVED', 'ERR_KEY_MISMATCH'] as const;

export const signWithKey = {
  id: 'signWithKey',
  tag: 'signing',
  method: 'POST',
  path: '/api/keys/:id/sign',
  summary: 'Sign a message or an approved review; a sign-in to TinyCloud also sets up the account',
  request: signRequest,
  replies: { 200: signatureReply },
  errors: [
    ...KEY_ERRORS,
    ...MESSAGE_ERRORS,
    'ERR_REVIEW_REQUIRED',
    'ERR_REVIEW_NOT_FOUND',
    'ERR_REVIEW_USED',
    'ERR_REVIEW_EXPIRED',
    'ERR_REVIEW_EXPIRED_REQUEST',
    'ERR_REVIEW_NOT_YET_VALID',
    'ERR_REVIEW_OTHER_KEY',
    'ERR_REVIEW_OTHER_ORIGIN',
    'ERR_REVIEW_OTHER_BYTES',
    'ERR_ASSERTION_REQUIRED',
    'ERR_ASSERTION_INVALID',
    'ERR_PASSKEY_CLONED',
    'ERR_PASSKEY_OUTDATED',
  ],
} as const satisfies Endpoint;
