/**
 * The widget: waits for the app, then serves its requests, one screen at a time.
 *
 * It is the service's own page and uses the service with a cookie that no script can read. The app
 * gets addresses, signatures and the progress of the account, and nothing else. The browser alone
 * determines which app it is.
 */
import { WIDGET_ERRORS, type WidgetErrorCode } from '../wire/error-codes.js';
import type { Connected } from '../wire/protocol.js';
import { acceptHello, findAppWindow } from './accept-hello.js';
import type { AppRequest, Question } from './app-request.js';
import { element } from '../pages/element.js';
import { forgetConsent } from './consent.js';
import { findSharedKey, openKey } from './open-key.js';
import { type PageSettings, readPageSettings } from '../pages/page-settings.js';
import { messageScreen } from './screens/message-screen.js';
import { returningScreen } from './screens/returning-screen.js';
import { type Answer, RequestServer, type Work } from './serve-requests.js';
import { signOut } from '../pages/service-api.js';
import { signRequest } from './sign-request.js';
import { Stage } from './stage.js';
import { codeOf, PageError, sentenceOf } from '../pages/page-error.js';
import { t } from '../pages/translate.js';

/** Gives the answer time to leave before the window closes. */
const CLOSE_MS = 100;

/**
 * How long a window stays open after a connection, in milliseconds. Apps that sign people in ask
 * for a signature at once, and another window would need another click.
 */
const NEXT_MS = 6_000;

/** Codes that the person caused, or does not need to read. */
const UNSHOWN: ReadonlySet<string> = new Set([
  'ERR_USER_REJECTED',
  'ERR_NEEDS_POPUP',
] satisfies WidgetErrorCode[]);

async function run(settings: PageSettings, page: HTMLElement): Promise<void> {
  const say = (code: WidgetErrorCode, text: string = t(WIDGET_ERRORS[code])): void => {
    page.replaceChildren(
      element('main', { 'data-screen': 'refused' }, messageScreen('Sealwright', text)),
    );
    page.dataset['code'] = code;
  };
  if (findAppWindow() === null) {
    say('ERR_NO_OPENER', sentenceWithoutApp());
    return;
  }
  const isEmbedded = window.parent !== window;
  const { port, appOrigin } = await acceptHello(settings, say);
  const stage = new Stage(page, (message) => port.postMessage(message, []));
  let leaving = 0;
  const server = new RequestServer(port, (request, signal) => {
    const owner = {};
    clearTimeout(leaving);
    const finish = (): void => {
      stage.hide(owner);
      if (!isEmbedded) setTimeout(() => window.close(), CLOSE_MS);
    };
    const awaitNext = (address: string): void => {
      if (isEmbedded) {
        finish();
        return;
      }
      const { host } = new URL(appOrigin);
      stage.show(owner, 'returning', returningScreen(host, address, finish));
      leaving = window.setTimeout(finish, NEXT_MS);
    };
    const app: AppRequest = {
      origin: appOrigin,
      isEmbedded,
      ask: (name, screen) => ask(screen, signal, (node) => stage.show(owner, name, node)),
      show: (name, screen) => stage.show(owner, name, screen),
      showAside: (name, screen) => stage.showAside(owner, name, screen),
      finish,
      awaitNext,
      tellAccount: (progress) => server.send({ type: 'account', progress }),
    };
    return serve(request, app).catch((error: unknown) => {
      showError(app, error);
      throw error;
    });
  });
  window.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') server.abort();
  });
}

/** A window without an opener was either opened by hand or severed by the policy of the app. */
const sentenceWithoutApp = (): string =>
  new URLSearchParams(location.search).get('window') === 'own'
    ? t(
        'The app that opened this window cannot be reached, because it sends Cross-Origin-Opener-Policy: same-origin. Its developer can use same-origin-allow-popups instead. You can close this window.',
      )
    : t('Apps open this page when you sign in. There is nothing to do here.');

/** Shows the person what went wrong. The app already has its answer. */
function showError(app: AppRequest, error: unknown): void {
  const code = codeOf(error);
  if (UNSHOWN.has(code)) {
    app.finish();
    return;
  }
  const screen = messageScreen(t('That did not work'), sentenceOf(error), [
    { text: t('Close'), onChoose: () => app.finish() },
  ]);
  screen.dataset['code'] = code;
  app.show('error', screen);
}

async function serve(request: Work, app: AppRequest): Promise<Answer> {
  switch (request.method) {
    case 'connect': {
      const { address } = await openKey(app, request.params);
      return { result: connectedTo(address), after: () => app.awaitNext(address) };
    }
    case 'restore': {
      const key = await findSharedKey(app);
      return { result: key === undefined ? null : connectedTo(key.address) };
    }
    case 'forget':
      forgetConsent(app.origin);
      return { result: null };
    case 'sign':
      return signRequest(app, request.params);
    case 'sign-out': {
      await signOut();
      forgetConsent(app.origin);
      const text = t('Your account and what is in it stay as they are.');
      const close = { text: t('Close'), onChoose: () => app.finish() };
      app.show('signed-out', messageScreen(t('You are signed out'), text, [close]));
      return { result: null };
    }
    default:
      return request;
  }
}

const connectedTo = (address: string): Connected => ({
  address,
  chainId: readPageSettings().chainId,
});

function ask<T>(
  screen: (question: Question<T>) => HTMLElement,
  signal: AbortSignal,
  show: (screen: HTMLElement) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new PageError('ERR_USER_REJECTED'));
    const commit = (): void => signal.removeEventListener('abort', cancel);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    show(screen({ resolve, cancel, commit, fail: reject }));
  });
}

const page = document.querySelector<HTMLElement>('#page');
if (page !== null) void run(readPageSettings(), page);
