import * as contract from '../../api/reviews.js';
import type { UserDocument } from '../../accounts/user-document.js';
import { encodeBase64url } from '../../protocol/base64url.js';
import { hex } from '../../protocol/bytes.js';
import type { SiweMessage } from '../../protocol/siwe-message.js';
import { appStatementOf } from '../../signing/review/app-statement.js';
import { needsAssertion } from '../../signing/review/needs-assertion.js';
import { assertionChallengeOf, createReview, type Review } from '../../signing/review/review.js';
import { parseSigningRequest } from '../../signing/signing-request.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { timestampOf } from '../../protocol/timestamp.js';
import { languageOf } from '../../languages/language.js';
import { REVIEW_WORDS } from '../../languages/review-words.js';

/** Returns the exact content of the request. */
function viewRequest({ appOrigin, request: { bytes, content } }: Review): contract.ReviewContent {
  const exact = { appOrigin, bytes: bytes.length };
  switch (content.kind) {
    case 'bytes':
      return { kind: 'bytes', ...exact, hex: `0x${hex(bytes)}` };
    case 'text':
      return { kind: 'text', ...exact, text: content.text };
    case 'sign-in':
    case 'recap': {
      const own = appStatementOf(content);
      const said = own === undefined ? {} : { appStatement: own };
      return {
        kind: 'sign-in',
        ...exact,
        text: content.text,
        ...viewMessage(content.message),
        ...said,
      };
    }
    case 'malformed':
      throw new TypeError('a malformed request has no review');
    default:
      return content;
  }
}

/**
 * Returns every member of a message except the address, which is the key's, and the ReCap, which
 * the statements describe.
 */
function viewMessage({
  address: _address,
  resources = [],
  ...members
}: SiweMessage): Omit<contract.SignInContent, 'kind' | 'text' | 'appOrigin' | 'bytes'> {
  return { ...members, resources: resources.filter((uri) => !/^urn:recap:/i.test(uri)) };
}

/** Returns the passkeys that may approve. The list is empty if none is required. */
function viewAssertion(
  user: UserDocument,
  review: Review,
  { rpId, nowMs }: { readonly rpId: string; readonly nowMs: number },
): contract.ReviewAssertion {
  return {
    required: needsAssertion(user, review, nowMs),
    challenge: encodeBase64url(assertionChallengeOf(review)),
    rpId,
    userVerification: 'required',
    allowCredentials: user.credentials.flatMap((each) =>
      each.kind === 'passkey' && each.clonedAtMs === undefined
        ? [{ type: 'public-key' as const, id: each.id, transports: each.transports }]
        : [],
    ),
  };
}

/** Returns the routes of reviews. */
export function reviewRoutes(services: Services): readonly Route[] {
  const rpId = new URL(services.config.PUBLIC_ORIGIN).hostname;
  return [
    sessionEndpoint(contract.createReview, {
      limit: 'review',
      change: 'review',
      handle: async ({ body, params, header }, { user, session }) => {
        const { message, format, appOrigin } = body;
        const request = parseSigningRequest(message, format);
        const review = await createReview(services, {
          user,
          session,
          keyId: params.id,
          request,
          appOrigin,
          words: REVIEW_WORDS[languageOf(header)],
        });
        const { id, digest, expiresAtMs, summary, statements } = review;
        const { warnings, sideEffects, returning } = review;
        const reply: contract.ReviewReply = {
          reviewId: id,
          digest,
          expiresAt: timestampOf(expiresAtMs),
          request: viewRequest(review),
          summary,
          statements,
          warnings,
          sideEffects,
          returning,
          assertion: viewAssertion(user, review, { rpId, nowMs: services.clock() }),
        };
        return { status: 201, body: reply };
      },
    }),
  ];
}
