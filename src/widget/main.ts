/**
 * The widget: waits for the app, then serves its requests, one screen at a time.
 *
 * It is the service's own page: it uses the service with a cookie that no script reads, and gives the app addresses,
 * signatures and how far the account is, nothing else. Who the app is, it knows from the browser alone.
 */
import { wireError } from '../wire/error-codes.js';
import { acceptHello, findAppWindow } from './accept-hello.js';
import type { AppRequest, Question } from './app-request.js';
import { forgetConsent } from './consent.js';
import { connect } from './open-key.js';
import { type PageSettings, readPageSettings } from './page-settings.js';
import { messageScreen } from './screens/message-screen.js';
import { type Answer, RequestServer, type Work } from './serve-requests.js';
import { signOut } from './service-api.js';
import { signRequest } from './sign-request.js';
import { Stage } from './stage.js';
import { WidgetError } from './widget-error.js';

/** So that the answer is on its way before the window closes. */
const CLOSE_MS = 100;

async function run(settings: PageSettings, page: HTMLElement): Promise<void> {
  if (findAppWindow() === null) {
    const text = 'Apps open this page when you sign in. There is nothing to do here.';
    page.append(messageScreen('Sealwright', text));
    page.dataset['code'] = wireError('ERR_NO_OPENER').code;
    return;
  }
  const isEmbedded = window.parent !== window;
  const { port, appOrigin } = await acceptHello(settings);
  const stage = new Stage(page, settings, (message) => port.postMessage(message, []));
  const finish = (): void => {
    stage.hide();
    if (!isEmbedded) setTimeout(() => window.close(), CLOSE_MS);
  };
  const server = new RequestServer(port, (request, signal) =>
    serve(request, {
      origin: appOrigin,
      isEmbedded,
      ask: (name, screen) => ask(stage, name, screen, signal),
      show: (name, screen) => stage.show(name, screen),
      moveAside: () => stage.moveAside(),
      finish,
      tellAccount: (progress) => server.send({ type: 'account', progress }),
    }).catch((error: unknown) => {
      // A window of its own is for one request; how that ends, the app hears.
      finish();
      throw error;
    }),
  );
  window.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') server.abort();
  });
}

async function serve(request: Work, app: AppRequest): Promise<Answer> {
  switch (request.method) {
    case 'connect': {
      const { address } = await connect(app);
      const { chainId } = readPageSettings();
      return { result: { address, chainId }, after: () => app.finish() };
    }
    case 'sign':
      return signRequest(app, request.params);
    case 'sign-out':
      await signOut();
      forgetConsent(app.origin);
      return { result: null, after: () => app.finish() };
    default:
      return request;
  }
}

function ask<T>(
  stage: Stage,
  name: string,
  screen: (question: Question<T>) => HTMLElement,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new WidgetError('ERR_USER_REJECTED'));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    stage.show(name, screen({ resolve, cancel }));
  });
}

const page = document.querySelector<HTMLElement>('#page');
if (page !== null) void run(readPageSettings(), page);
