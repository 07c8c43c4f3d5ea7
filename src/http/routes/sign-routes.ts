import { z } from 'zod';
import { ServiceError } from '../../errors.js';
import { hex } from '../../protocol/bytes.js';
import { signMessage } from '../../signing/sign-message.js';
import type { SignResult } from '../../signing/sign-payload.js';
import { signReviewed } from '../../signing/sign-reviewed.js';
import { parseSigningRequest } from '../../signing/signing-request.js';
import type { LiveSession } from '../../sign-in/find-session.js';
import { sessionRoute, type Route, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';

// Characters; the bytes are bounded where they are known.
export const messageText = z.string().max(2 * 32 * 1024 + 2);
export const messageFormat = z.enum(['personal_sign', 'raw']);

const signBody = z.strictObject({
  message: messageText.optional(),
  format: messageFormat.default('personal_sign'),
  reviewId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** The passkey's approval of the review, as WebAuthn's `toJSON` writes it. */
  assertion: z.looseObject({}).optional(),
  appOrigin: z.string().max(300).optional(),
});

type SignBody = z.infer<typeof signBody>;

/** `Prefer: respond-async` (RFC 7240) asks for the signature at once, however far the account is. */
export function budgetOf(
  request: RouteRequest<unknown, unknown>,
  config: Services['config'],
): number {
  const preferences = (request.header('prefer') ?? '').split(',');
  const isAsync = preferences.some((each) => each.trim().toLowerCase() === 'respond-async');
  return isAsync ? 0 : config.TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS;
}

export const statusUrlOf = (keyId: string): string => `/api/keys/${keyId}/bootstrap`;

/** A signature as the interface writes it. */
export const viewSignature = ({ signature, key, tinycloudBootstrap }: SignResult) => ({
  signature: `0x${hex(signature)}`,
  address: key.address,
  tinycloudBootstrap: { ...tinycloudBootstrap, statusUrl: statusUrlOf(key.id) },
});

export function signRoutes(services: Services): readonly Route[] {
  const { config, metrics } = services;
  return [
    sessionRoute({
      method: 'POST',
      path: '/api/keys/:id/sign',
      summary:
        'Sign a message or a review, and set up the TinyCloud account where it is a sign-in to one',
      limit: 'sign',
      change: 'sign',
      body: signBody,
      handle: async (request, live) => {
        const budgetMs = budgetOf(request, config);
        const keyId = request.params['id'] ?? '';
        const signed = await sign(services, request.body, { live, keyId, budgetMs });
        metrics.countSignature();
        const { format } = request.body;
        return { status: 200, body: { ...viewSignature(signed), format } };
      },
    }),
  ];
}

type Asked = { readonly live: LiveSession; readonly keyId: string; readonly budgetMs: number };

function sign(services: Services, body: SignBody, { live, keyId, budgetMs }: Asked) {
  const { message, format, reviewId, assertion, appOrigin } = body;
  const { user, session } = live;
  if (reviewId !== undefined) {
    return signReviewed(services, {
      user,
      session,
      keyId,
      reviewId,
      untrustedAssertion: assertion,
      appOrigin,
      request: message === undefined ? undefined : parseSigningRequest(message, format),
      budgetMs,
    });
  }
  if (message === undefined || assertion !== undefined)
    throw new ServiceError('ERR_REQUEST_INVALID');
  const request = parseSigningRequest(message, format);
  return signMessage(services, { user, session, keyId, request, budgetMs });
}
