import * as contract from '../../api/sign.js';
import { ServiceError } from '../../errors.js';
import { hex } from '../../protocol/bytes.js';
import { signMessage } from '../../signing/sign-message.js';
import type { SignResult } from '../../signing/sign-payload.js';
import { signReviewed } from '../../signing/sign-reviewed.js';
import { parseSigningRequest } from '../../signing/signing-request.js';
import type { LiveSession } from '../../sign-in/find-session.js';
import { sessionEndpoint, type Route, type RequestOf, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';
import { languageOf } from '../../languages/language.js';
import { REVIEW_WORDS } from '../../languages/review-words.js';

type SignBody = RequestOf<typeof contract.signWithKey>['body'];

/**
 * Returns until when the response may wait for the setup, by `performance.now()`. The budget begins
 * when the request arrives, so that a service with much to do does not answer later than it says.
 * `Prefer: respond-async` (RFC 7240) requests the signature at once.
 */
export function waitEndOf(
  request: Pick<RouteRequest<unknown, unknown>, 'header' | 'receivedAtMs'>,
  config: Services['config'],
): number {
  const preferences = (request.header('prefer') ?? '').split(',');
  const isAsync = preferences.some((each) => each.trim().toLowerCase() === 'respond-async');
  return request.receivedAtMs + (isAsync ? 0 : config.TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS);
}

/** Returns the path at which the setup of an account can be followed. */
export const statusUrlOf = (keyId: string): string => `/api/keys/${keyId}/bootstrap`;

/** Converts a signature to its form in the contract. */
export const viewSignature = ({ signature, key, tinycloudBootstrap }: SignResult) => ({
  signature: `0x${hex(signature)}`,
  address: key.address,
  tinycloudBootstrap: { ...tinycloudBootstrap, statusUrl: statusUrlOf(key.id) },
});

/** Returns the routes of signing. */
export function signRoutes(services: Services): readonly Route[] {
  const { config, metrics } = services;
  return [
    sessionEndpoint(contract.signWithKey, {
      limit: 'sign',
      change: 'sign',
      handle: async (request, live) => {
        const untilMs = waitEndOf(request, config);
        const keyId = request.params.id;
        const { body, header } = request;
        const signed = await sign(services, body, { live, keyId, untilMs, header });
        metrics.countSignature();
        return { status: 200, body: { ...viewSignature(signed), format: body.format } };
      },
    }),
  ];
}

type Asked = {
  readonly live: LiveSession;
  readonly keyId: string;
  readonly untilMs: number;
  readonly header: (name: string) => string | undefined;
};

function sign(services: Services, body: SignBody, { live, keyId, untilMs, header }: Asked) {
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
      untilMs,
      words: REVIEW_WORDS[languageOf(header)],
    });
  }
  if (message === undefined || assertion !== undefined)
    throw new ServiceError('ERR_REQUEST_INVALID');
  const request = parseSigningRequest(message, format);
  return signMessage(services, { user, session, keyId, request, untilMs });
}
