/**
 * The demo app, the service and the node, as `npm run local` combines them, and a person in
 * Chromium.
 */
import type { ExecutionContext } from 'ava';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type DemoApp, startDemoApp } from '../../scripts/demo-app/start-demo-app.js';
import { freePort } from '../../scripts/local/free-port.js';
import { createWorld, type World, type WorldOptions } from '../scenarios/world.js';
import { PATIENCE_MS } from './chromium.js';
import { watchContext } from './watch-context.js';
import { watchVisibility } from './page-time.js';
import { openVirtualAuthenticators, type VirtualAuthenticators } from './virtual-authenticator.js';
import { approve, joinInFrame } from './widget-scene.js';

export type DemoScene = {
  readonly world: World;
  readonly demo: DemoApp;
  readonly service: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly authenticators: VirtualAuthenticators;
  readonly authenticatorId: string;
  /** Requests that reached the node and did not come from the page. */
  readonly askedByService: () => readonly string[];
};

export type DemoOptions = {
  readonly world?: WorldOptions;
  readonly browser?: BrowserContextOptions;
  /** Headers of the app's page. */
  readonly headers?: Readonly<Record<string, string>>;
};

export async function createDemoScene(
  t: ExecutionContext,
  browser: Browser,
  options: DemoOptions = {},
): Promise<DemoScene> {
  const port = String(await freePort());
  const service = `http://localhost:${port}`;
  const demo = await startDemoApp(options.headers);
  t.teardown(() => demo.close());
  const env = { PORT: port, PUBLIC_ORIGIN: service, APP_ORIGINS: demo.url };
  const world = await createWorld({ ...options.world, env: { ...env, ...options.world?.env } });
  t.teardown(() => world.close());
  demo.serve({ service, node: world.node.url });
  const context = await browser.newContext(options.browser);
  t.teardown(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  await watchVisibility(context);
  const page = await context.newPage();
  const origins = [service, demo.url, world.node.url];
  watchContext(t, context, { origins, breaksPolicy: false });
  const own = new Set<string>();
  context.on('request', (request) => {
    const { authorization } = request.headers();
    if (authorization !== undefined) own.add(authorization);
  });
  const authenticators = await openVirtualAuthenticators(page);
  const authenticatorId = await authenticators.add('internal');
  await page.goto(demo.url);
  const askedByService = (): readonly string[] =>
    world.node.requests
      .filter(({ method, authorization }) => method !== 'OPTIONS' && !own.has(authorization ?? ''))
      .map(({ method, path }) => `${method} ${path}`);
  return {
    world,
    demo,
    service,
    context,
    page,
    authenticators,
    authenticatorId,
    askedByService,
  };
}

/** Signs in a new person in the frame, beginning with the first click. */
export async function signInAnew(page: Page): Promise<void> {
  await page.click('#sign-in');
  const frame = await joinInFrame(page);
  await approve(page, frame);
  await page.waitForSelector('#signed-in', { state: 'visible' });
}

export async function writeNote(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.click('#write button');
  await page.waitForSelector(`#notes li:has-text("${text}")`);
}
