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
  const { key } = await openKey(app, params.address);
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
  const done = app.ask<unknown>('review', ({ resolve, cancel }) => {
    const screen = reviewScreen({
      review,
      isEmbedded: app.isEmbedded,
      onReject: cancel,
      onApprove: async () => {
        const assertion = review.assertion.required
          ? await getAssertion(review.assertion)
          : undefined;
        progress.show();
        const body = {
          reviewId: review.reviewId,
          appOrigin: app.origin,
          ...(assertion === undefined ? {} : { assertion }),
        };
        resolve(await callService('POST', `/api/keys/${key.id}/sign`, body));
      },
    });
    close = () => screen.close();
    return screen.node;
  });
  return done.finally(() => close());
}

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
  let isShown = false;
  let stopFollowing = (): void => undefined;
  const hide = (): void => {
    isShown = false;
    app.finish();
  };
  const screen = progressScreen(hide);
  const onChange = (view: AccountView): void => {
    screen.update(view);
    app.tellAccount(progressOf(view));
    if (view.status === 'complete' && isShown) setTimeout(hide, app.isEmbedded ? READY_MS : 0);
  };
  return {
    show: () => {
      stopFollowing = followAccount(key.id, onChange);
      isShown = true;
      app.show('progress', screen.node);
    },
    settle: ({ status }) => {
      if (status === 'skipped') {
        stopFollowing();
        hide();
      } else if (isShown) app.moveAside();
    },
    stop: () => stopFollowing(),
  };
}
