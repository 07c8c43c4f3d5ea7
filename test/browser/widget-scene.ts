/**
 * A service on `localhost`, an app on `127.0.0.1`, and a person in Chromium with an authenticator:
 * two sites.
 */
import type { ExecutionContext } from 'ava';
import type { Browser, BrowserContext, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { createWorld, type World, type WorldOptions } from '../scenarios/world.js';
import { until } from '../until.js';
import { startAppSite } from './app-site.js';
import { PATIENCE_MS } from './chromium.js';
import { freePort } from '../../scripts/local/free-port.js';
import { watchContext } from './watch-context.js';
import { SETTLED_MS, untilSeenWhole, watchVisibility } from './page-time.js';
import { openVirtualAuthenticators, type VirtualAuthenticators } from './virtual-authenticator.js';

/** A running service and app, and a browser without a page. */
export type Stage = {
  readonly world: World;
  readonly service: string;
  readonly app: string;
  readonly context: BrowserContext;
  /** The browser's complaints about a page: policy reports, failed loads, errors of scripts. */
  readonly complaints: readonly string[];
};

/** A stage with the app's page open. */
export type Scene = Stage & {
  readonly page: Page;
  readonly authenticators: VirtualAuthenticators;
  readonly authenticatorId: string;
};

export type SceneOptions = {
  readonly world?: WorldOptions;
  readonly browser?: BrowserContextOptions;
  readonly head?: string;
  /**
   * Origins besides the app's that may embed the widget. With `'only'`, the app's origin may not.
   */
  readonly appOrigins?: (app: string) => string;
  /** Whether the app has another port of the service's host, and with it the same site. */
  readonly isSameSite?: boolean;
  /** Whether the test expects the browser to report policy violations. */
  readonly breaksPolicy?: boolean;
};

export async function createStage(
  t: ExecutionContext,
  browser: Browser,
  options: SceneOptions = {},
): Promise<Stage> {
  const port = String(await freePort());
  const service = `http://localhost:${port}`;
  const site = await startAppSite(t, () => service, options.head);
  const app = options.isSameSite === true ? site.replace('127.0.0.1', 'localhost') : site;
  const world = await createWorld({
    ...options.world,
    env: {
      PORT: port,
      PUBLIC_ORIGIN: service,
      APP_ORIGINS: options.appOrigins?.(app) ?? app,
      ...options.world?.env,
    },
  });
  t.teardown(() => world.close());
  const context = await browser.newContext(options.browser);
  // The browser closes before the service, which would wait for its connections.
  t.teardown(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  await watchVisibility(context);
  const { breaksPolicy = false } = options;
  const complaints = watchContext(t, context, { origins: [service, app], breaksPolicy });
  return { world, service, app, context, complaints };
}

export async function createScene(
  t: ExecutionContext,
  browser: Browser,
  options: SceneOptions = {},
): Promise<Scene> {
  const stage = await createStage(t, browser, options);
  const page = await stage.context.newPage();
  const authenticators = await openVirtualAuthenticators(page);
  const authenticatorId = await authenticators.add('internal');
  await page.goto(stage.app);
  await page.waitForFunction(() => 'sealwright' in globalThis);
  return { ...stage, page, authenticators, authenticatorId };
}

/** Resolves to the widget's frame in the app's page. */
export async function widgetFrame(page: Page): Promise<Frame> {
  const handle = await page.waitForSelector('dialog.sealwright iframe', { state: 'attached' });
  const frame = await handle.contentFrame();
  if (frame === null) throw new Error('the frame has no document');
  return frame;
}

/** Waits for a screen of the widget by its name. */
export async function untilScreen(frame: Frame | Page, name: string): Promise<void> {
  await frame.waitForSelector(`main[data-screen="${name}"]`, { timeout: PATIENCE_MS });
}

/** Runs a script of a page, as text, because Node's types lack what pages have. */
export const runInPage = <T = unknown>(page: Page | Frame, script: string): Promise<T> =>
  page.evaluate(`(async () => { ${script} })()`);

/**
 * Clicks a control as a person does, who clicks again if nothing happens: for half a second after a
 * frame of another origin moved, Chromium discards presses into it if the frame observes its
 * visibility, and a frame that gets its size meanwhile has the control elsewhere.
 *
 * With `isForced`, the browser's own waits are left out: a page whose time is stopped may never end
 * them, and a button that shows that it waits counts as disabled.
 */
export async function press(
  frame: Frame | Page,
  selector: string,
  { isForced = false }: { readonly isForced?: boolean } = {},
): Promise<void> {
  await frame.evaluate(
    `(() => {
      globalThis.isPressed = false;
      const see = ({ target }) => {
        if (!target.closest('a, button, input, label, summary')) return;
        isPressed = true;
        removeEventListener('click', see, { capture: true });
      };
      addEventListener('click', see, { capture: true });
    })()`,
  );
  await until(`${selector} is pressed`, async () => {
    await frame.click(selector, { force: isForced });
    try {
      return await frame.evaluate<boolean>('isPressed');
    } catch {
      // The press closed the window.
      return true;
    }
  });
}

/** Creates an account on the screen for signing in, under the suggested name. */
export async function createAccount(frame: Frame | Page): Promise<void> {
  await press(frame, '[data-way=create]');
  await press(frame, '[data-answer=create]');
}

/**
 * Creates an account in the widget's frame, which asks a new person to sign in, and resolves to the
 * frame.
 */
export async function joinInFrame(page: Page): Promise<Frame> {
  const frame = await widgetFrame(page);
  await untilScreen(frame, 'connect');
  await createAccount(frame);
  return frame;
}

/**
 * Creates an account for a new person in the widget, and resolves to the address that the app
 * received.
 */
export async function connectNewPerson(page: Page): Promise<string> {
  const connecting = runInPage<{ address: string }>(page, 'return sealwright.connect()');
  await joinInFrame(page);
  return (await connecting).address;
}

const APPROVE = 'main[data-screen=review] [data-answer=approve]';
const NOTICE = "document.querySelector('main[data-screen=review] .notice')";
const MOST_PRESSES = 20;

/** Approves as a person does: sees the screen, moves the pointer there, waits, clicks. */
export async function approve(page: Page, frame: Frame | Page): Promise<void> {
  await untilScreen(frame, 'review');
  await frame.hover(APPROVE);
  await approveBy(page, frame, () => press(frame, APPROVE));
}

/**
 * Approves in the given way, and again for as long as the widget asks for it: on a busy machine the
 * frame may get its last size only after the pointer is there.
 */
export async function approveBy(
  page: Page,
  frame: Frame | Page,
  answer: () => Promise<void>,
): Promise<void> {
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    if ('parentFrame' in frame) await untilSeenWhole(frame);
    await page.waitForTimeout(SETTLED_MS);
    await frame.evaluate(`${NOTICE}?.removeAttribute('data-code')`);
    await answer();
    if (!(await isAskedAgain(frame))) return;
  }
  throw new Error(`the widget took none of ${MOST_PRESSES} approvals`);
}

/**
 * Waits until the widget has accepted or refused an approval, and returns whether it requires
 * another one.
 */
async function isAskedAgain(frame: Frame | Page): Promise<boolean> {
  const code = await until('the widget answers the approval', async () => {
    try {
      return await frame.evaluate<string | false>(
        `${NOTICE}?.getAttribute('data-code')
          ?? (document.querySelector('${APPROVE}')?.disabled === false ? false : 'taken')`,
      );
    } catch {
      // The window closed, so the approval was its last one.
      return 'taken';
    }
  });
  return code === 'ERR_APPROVE_MOVED' || code === 'ERR_APPROVE_TOO_EARLY';
}
