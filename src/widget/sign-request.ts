/**
 * Turns a request into a signature: the service reads it, the person approves, the service signs,
 * and the setup is watched.
 */
import type { Key } from '../api/keys.js';
import type { PasskeyAssertionJson } from '../api/passkey-response.js';
import type { createReview, ReviewReply } from '../api/reviews.js';
import type { SignReply, signWithKey } from '../api/sign.js';
import type { SignParams } from '../wire/protocol.js';
import { readSigned } from '../wire/read-message.js';
import type { AppRequest } from './app-request.js';
import { openKey } from './open-key.js';
import { getAssertion } from '../pages/passkeys.js';
import { reviewScreen } from './screens/review-screen.js';
import type { Answer } from './serve-requests.js';
import { callService } from '../pages/service-api.js';
import { AccountWatch } from './watch-account.js';
import { codeOf, PageError } from '../pages/page-error.js';

export async function signRequest(app: AppRequest, params: SignParams): Promise<Answer> {
  const key = await openKey(app, params.address === undefined ? {} : { address: params.address });
  const { message, format } = params;
  const asked = { message, format, appOrigin: app.origin };
  const review = await callService<typeof createReview>(
    'POST',
    `/api/keys/${key.id}/reviews`,
    asked,
  );
  // Without side effects there is nothing to watch.
  const watch = review.sideEffects === null ? undefined : new AccountWatch(app, key.id);
  try {
    // Copies only what the app may see.
    const signed = readSigned(await approved(app, key, review, watch));
    if (signed === undefined) throw new PageError('ERR_WIDGET_INTERNAL');
    const after = (): void => {
      if (watch === undefined) app.finish();
      else watch.settle(signed.tinycloudBootstrap);
    };
    return { result: signed, after };
  } catch (error) {
    watch?.stop();
    throw error;
  }
}

/** Returns the service's answer once the person has approved. */
async function approved(
  app: AppRequest,
  key: Key,
  review: ReviewReply,
  watch: AccountWatch | undefined,
): Promise<SignReply> {
  let close = (): void => undefined;
  const done = app.ask<SignReply>('review', ({ resolve, cancel, commit, fail }) => {
    const screen = reviewScreen({
      review,
      address: key.address,
      isEmbedded: app.isEmbedded,
      onReject: cancel,
      onNeedsWindow: () => fail(new PageError('ERR_NEEDS_POPUP')),
      onApprove: async () => {
        const { required } = review.assertion;
        const assertion = required ? await getAssertion(review.assertion) : undefined;
        commit();
        watch?.show();
        await signApproved(app, key, review, assertion).then(resolve, fail);
      },
    });
    close = () => screen.close();
    return screen.node;
  });
  return done.finally(() => close());
}

/** Signs, with the passkey after all if the one that began the session no longer counts. */
async function signApproved(
  app: AppRequest,
  key: Key,
  review: ReviewReply,
  assertion: PasskeyAssertionJson | undefined,
): Promise<SignReply> {
  try {
    return await sign(app, key, review, assertion);
  } catch (error) {
    if (assertion !== undefined || codeOf(error) !== 'ERR_ASSERTION_REQUIRED') throw error;
    return sign(app, key, review, await getAssertion(review.assertion));
  }
}

function sign(
  app: AppRequest,
  key: Key,
  { reviewId }: ReviewReply,
  assertion: PasskeyAssertionJson | undefined,
): Promise<SignReply> {
  return callService<typeof signWithKey>('POST', `/api/keys/${key.id}/sign`, {
    reviewId,
    appOrigin: app.origin,
    ...(assertion === undefined ? {} : { assertion }),
  });
}
