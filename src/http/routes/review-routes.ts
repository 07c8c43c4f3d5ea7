import { z } from 'zod';
import type { UserDocument } from '../../accounts/user-document.js';
import { encodeBase64url } from '../../protocol/base64url.js';
import { hex } from '../../protocol/bytes.js';
import type { ReadRequest } from '../../signing/review/read-request.js';
import {
  assertionChallengeOf,
  createReview,
  needsAssertion,
  type Review,
} from '../../signing/review/review.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { messageFormat, messageText } from './sign-routes.js';

const reviewBody = z.strictObject({
  message: messageText,
  format: messageFormat.default('personal_sign'),
  appOrigin: z.string().max(300),
});

const iso = (ms: number): string => new Date(ms).toISOString();

/** What was asked, for whoever wants to see it to the letter. */
function viewRequest(request: ReadRequest, { appOrigin, payload }: Review): object {
  const exact = { appOrigin, bytes: payload.length };
  switch (request.kind) {
    case 'bytes':
      return { kind: 'bytes', ...exact, hex: `0x${hex(payload)}` };
    case 'text':
      return { kind: 'text', ...exact, text: request.text };
    case 'sign-in': {
      const { domain, uri, chainId, issuedAt, expirationTime, notBefore } = request.message;
      const details = { domain, uri, chainId, issuedAt, expirationTime, notBefore };
      return { kind: 'sign-in', ...exact, ...details, text: request.text };
    }
    default:
      return request;
  }
}

/** The passkeys that may approve; empty where none is asked for. */
function viewAssertion(user: UserDocument, review: Review, rpId: string): object {
  return {
    required: needsAssertion(user, review),
    challenge: encodeBase64url(assertionChallengeOf(review)),
    rpId,
    userVerification: 'required',
    allowCredentials: user.credentials.flatMap((each) =>
      each.kind === 'passkey' && each.clonedAtMs === undefined
        ? [{ type: 'public-key', id: each.id, transports: each.transports }]
        : [],
    ),
  };
}

export function reviewRoutes(services: Services): readonly Route[] {
  const rpId = new URL(services.config.PUBLIC_ORIGIN).hostname;
  return [
    sessionRoute({
      method: 'POST',
      path: '/api/keys/:id/reviews',
      summary: 'Have a message read for the person who is to sign it',
      limit: 'review',
      change: 'review',
      body: reviewBody,
      handle: async ({ body, params }, { user, session }) => {
        const keyId = params['id'] ?? '';
        const review = await createReview(services, { user, session, keyId, ...body });
        const { id, digest, expiresAtMs, request, statements, warnings, sideEffects } = review;
        return {
          status: 201,
          body: {
            reviewId: id,
            digest,
            expiresAt: iso(expiresAtMs),
            request: viewRequest(request, review),
            statements,
            warnings,
            sideEffects,
            assertion: viewAssertion(user, review, rpId),
          },
        };
      },
    }),
  ];
}
