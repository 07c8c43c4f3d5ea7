/** Problems (RFC 9457): their schema, and the codes that many endpoints share. */
import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Json } from './endpoint.js';

const unready = z
  .strictObject({
    part: z.enum(['store', 'enclave']),
    reason: z
      .enum([
        'no-space',
        'read-only',
        'io-error',
        'no-descriptors',
        'journal-full',
        'unavailable',
        'no-answer',
        'wrong-answer',
      ])
      .meta({
        description:
          'Of the store: what prevents it from being written. Of either: whether it gives no answer in time. Of the enclave: whether its answer is wrong.',
      }),
  })
  .meta({ id: 'UnreadyPart', description: 'A part of the service that is not ready, and why.' });

/** The body of every response that is not a success. */
export const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'A sentence for a person. It may change.' }),
    status: z.int(),
    code: z.string().meta({ description: 'A stable code. Programs match on it.' }),
    requestId: z.string().meta({ description: 'Also in `X-Request-Id` and in the log.' }),
    retryAfterMs: z.int().nonnegative().exactOptional(),
    unready: z.array(unready).exactOptional().meta({ description: 'With `ERR_NOT_READY` only.' }),
  })
  .meta({
    id: 'Problem',
    description: 'Why a request failed (RFC 9457).',
    examples: [
      {
        type: 'about:blank',
        title: 'There is no such key.',
        status: 404,
        code: 'ERR_KEY_NOT_FOUND',
        requestId: '3f6c1f0e-8a1b-4f0d-9d5e-2b7c6a1e4d90',
      },
    ],
  });

/** A problem. */
export type Problem = Json<typeof problem>;

/** Codes that any endpoint may return. */
export const ANY_ERRORS = ['ERR_RATE_LIMITED', 'ERR_INTERNAL'] as const satisfies ErrorCode[];

/** Codes of an endpoint that takes a body. */
export const BODY_ERRORS = [
  'ERR_BODY_TOO_LARGE',
  'ERR_BODY_TYPE',
  'ERR_BODY_MALFORMED',
  'ERR_REQUEST_INVALID',
] as const satisfies ErrorCode[];

/** Codes of an endpoint that looks up a user. */
export const USER_ERRORS = [
  'ERR_STORE_UNAVAILABLE',
  'ERR_STATE_TAMPERED',
] as const satisfies ErrorCode[];

/** Codes of an endpoint that changes a user. */
export const CHANGE_ERRORS = [
  ...USER_ERRORS,
  'ERR_STORE_CONFLICT',
  'ERR_ACCOUNT_DELETED',
] as const satisfies ErrorCode[];

/** Codes of an endpoint for the holder of a session. */
export const SESSION_ERRORS = [
  'ERR_SESSION_INVALID',
  'ERR_SESSION_EXPIRED',
  'ERR_ORIGIN_REFUSED',
  'ERR_ACCOUNT_DELETED',
  ...USER_ERRORS,
] as const satisfies ErrorCode[];
