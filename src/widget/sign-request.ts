/** From a request to a signature: the service reads it, the person approves, the service signs; then the account is watched. */
import type { SignParams, TinyCloudBootstrap } from '../wire/protocol.js';
import { readSigned } from '../wire/read-message.js';
import { type AccountView, followAccount, progressOf } from './follow-account.js';
import type { AppRequest } from './app-request.js';
import { openKey } from './open-key.js';
import { getAssertion } from './passkeys.js';
import { progressScreen } from './screens/progress-screen.js';
import { isReview, type Review } from './screens/review-parts.js';
import { reviewScreen } from './screens/review-screen.js';
import type { Answer } from './serve-requests.js';
import { type AccountKey, callService } from './service-api.js';
import { WidgetError } from './widget-error.js';

/** How long "ready" stays. */
const READY_MS = 2_500;

export async function signRequest(app: AppRequest, params: SignParams): Promise<Answer> {
  const key = await openKey(app, params.address);
  const { message, format } = params;
  const asked = { message, format, appOrigin: app.origin };
  const review = await callService('POST', `/api/keys/${key.id}/reviews`, asked);
  if (!isReview(review)) throw new WidgetError('ERR_WIDGET_INTERNAL');
  const progress = watchAccount(app, key, review);
  try {
    const signed = readSigned(await approved(app, key, review, progress));
    if (signed === undefined) throw new WidgetError('ERR_WIDGET_INTERNAL');
    return { result: signed, after: () => progress.settle(signed.tinycloudBootstrap) };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

async function approved(
  app: AppRequest,
  key: AccountKey,
  review: Review,
  progress: Progress,
): Promise<unknown> {
  let close = (): void => undefined;
  const done = app.ask<unknown>('review', ({ resolve, cancel, commit, fail }) => {
    const screen = reviewScreen({
      review,
      address: key.address,
      isEmbedded: app.isEmbedded,
      onReject: cancel,
      onNeedsWindow: () => fail(new WidgetError('ERR_NEEDS_POPUP')),
      onApprove: async () => {
        const assertion = review.assertion.required
          ? await getAssertion(review.assertion)
          : undefined;
        commit();
        progress.show();
        const body = {
          reviewId: review.reviewId,
          appOrigin: app.origin,
          ...(assertion === undefined ? {} : { assertion }),
        };
        await callService('POST', `/api/keys/${key.id}/sign`, body).then(resolve, fail);
      },
    });
    close = () => screen.close();
    return screen.node;
  });
  return done.finally(() => close());
}

/** One at a time: a session has few event streams, and the latest signature is the one that counts. */
let stopFollowing = (): void => undefined;

type Progress = {
  show(): void;
  /** After the answer. */
  settle(bootstrap: TinyCloudBootstrap): void;
  stop(): void;
};

function watchAccount(app: AppRequest, key: AccountKey, { sideEffects }: Review): Progress {
  // Nothing follows this signature: there is nothing to watch.
  if (sideEffects === null) {
    return { show: () => undefined, settle: () => app.finish(), stop: () => undefined };
  }
  const seen = { isShown: false, isComplete: false, isSettled: false };
  const hide = (): void => {
    seen.isShown = false;
    app.finish();
  };
  const screen = progressScreen(hide);
  // Not before the answer is out: a window of its own closes then.
  const hideWhenReady = (): void => {
    if (seen.isShown && seen.isComplete && seen.isSettled) {
      setTimeout(hide, app.isEmbedded ? READY_MS : 0);
    }
  };
  const onChange = (view: AccountView): void => {
    screen.update(view);
    app.tellAccount(progressOf(view));
    seen.isComplete = view.status === 'complete';
    hideWhenReady();
  };
  return {
    show: () => {
      stopFollowing();
      stopFollowing = followAccount(key.id, onChange);
      seen.isShown = true;
      app.show('progress', screen.node);
    },
    settle: ({ status }) => {
      seen.isSettled = true;
      if (status === 'skipped') {
        stopFollowing();
        hide();
        return;
      }
      app.moveAside();
      hideWhenReady();
    },
    stop: () => stopFollowing(),
  };
}
