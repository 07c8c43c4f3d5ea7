/**
 * Bench `first-note`: how long a person waits in Chromium, on two sites: from the first click of a
 * new person in the notes app to a saved note, and the same at the second visit. The half second in
 * which "Approve" accepts no click is included.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, ElementHandle, Frame, Page } from 'playwright-core';
import { startDemoApp } from '../demo-app/start-demo-app.js';
import { table } from '../../src/console/draw.js';
import { freePort } from '../local/free-port.js';
import { startServiceProcess } from '../local/service-process.js';
import { startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../stand-ins/tinycloud-node/start-node.js';
import type { Bench } from './bench.js';
import { spreadOf } from './statistics.js';

const EXECUTABLE = '/usr/bin/chromium';
const ROUNDS = 5;
/** Ends a wait for something that never comes. */
const PATIENCE_MS = 60_000;

async function startEverything(close: (() => Promise<unknown>)[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  close.push(() => rm(directory, { recursive: true, force: true }));
  const agent = await startGuestAgent({ port: 0, pccs: true });
  close.push(() => agent.close());
  const node = await startNode({ secret: new Uint8Array(randomBytes(32)) });
  close.push(() => node.close());
  const demo = await startDemoApp();
  close.push(() => demo.close());
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const service = await startServiceProcess({
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: agent.endpoint,
    TINYCLOUD_BOOTSTRAP_HOST: node.url,
    DATA_DIR: directory,
    STATE_INIT: '1',
    PORT: String(port),
    PUBLIC_ORIGIN: origin,
    APP_ORIGINS: demo.url,
  });
  close.push(() => service.stop());
  demo.serve({ service: origin, node: node.url });
  return demo.url;
}

/** How long the widget needs to take its question away. */
const SETTLED_MS = 30;

/** What a page has, because Node's types lack it. */
type InPage = {
  readonly document: {
    querySelector(selector: string): {
      readonly textContent: string;
      checkVisibility(): boolean;
    } | null;
  };
};

// Both run in the page, whose content policy rejects a script that is a text.
const find = (selector: string) => {
  const found = (globalThis as unknown as InPage).document.querySelector(selector);
  return found?.checkVisibility() === true && found;
};
const hasNote = (note: string): boolean =>
  (globalThis as unknown as InPage).document.querySelector('#notes')?.textContent.includes(note) ===
  true;

/**
 * Waits for an element from one frame of the display to the next. The driver's own way to wait
 * looks again after longer and longer pauses, which would be measured as well.
 */
async function appears(frame: Frame, selector: string): Promise<ElementHandle> {
  const handle = await frame.waitForFunction(find, selector, { polling: 'raf' });
  const element = handle.asElement();
  if (element === null) throw new Error(`${selector} is no element`);
  return element as ElementHandle;
}

/** Moves the mouse to an element, and returns where it is. */
async function pointAt(page: Page, frame: Frame, selector: string) {
  const box = await (await appears(frame, selector)).boundingBox();
  if (box === null) throw new Error(`${selector} is not visible`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  return { x, y };
}

async function press(page: Page, frame: Frame, selector: string): Promise<void> {
  const { x, y } = await pointAt(page, frame, selector);
  await page.mouse.click(x, y);
}

async function widgetOf(page: Page): Promise<Frame> {
  const handle = await appears(page.mainFrame(), 'dialog.sealwright iframe');
  const frame = await handle.contentFrame();
  if (frame === null) throw new Error('the frame has no document');
  return frame;
}

const APPROVE = 'main[data-screen=review] [data-answer=approve]';
const ENABLED = `${APPROVE}:not([disabled], [aria-disabled=true])`;

/**
 * Approves as soon as the widget accepts it, which the button shows. Until then, the mouse follows
 * the button, because the frame gets its size after the request is shown. An early click is refused
 * and starts the delay again.
 */
async function approve(page: Page, frame: Frame): Promise<void> {
  const isAsked = `document.querySelector(${JSON.stringify(`${APPROVE}:not([disabled])`)}) !== null`;
  do {
    let place = await pointAt(page, frame, APPROVE);
    while ((await frame.$(ENABLED)) === null) place = await pointAt(page, frame, APPROVE);
    await page.mouse.click(place.x, place.y);
    await page.waitForTimeout(SETTLED_MS);
  } while (await frame.evaluate<boolean>(isAsked).catch(() => false));
}

async function visit(page: Page, note: string, isNew: boolean): Promise<number> {
  const main = page.mainFrame();
  await appears(main, '#sign-in:not([disabled])');
  const startedAtMs = performance.now();
  await press(page, main, '#sign-in');
  const frame = await widgetOf(page);
  if (isNew) {
    await press(page, frame, '[data-way=create]');
    await press(page, frame, '[data-answer=create]');
  }
  await approve(page, frame);
  await press(page, main, '#text');
  await page.keyboard.insertText(note);
  await press(page, main, '#write button');
  await main.waitForFunction(hasNote, note, { polling: 'raf' });
  return performance.now() - startedAtMs;
}

async function round(browser: Browser, url: string): Promise<readonly [number, number]> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(url);
  const first = await visit(page, 'first note', true);
  await page.reload();
  const second = await visit(page, 'second note', false);
  await context.close();
  return [first, second];
}

export const benchFirstNote: Bench = async ({ print }) => {
  if (!existsSync(EXECUTABLE)) {
    print(`first-note: not run, there is no ${EXECUTABLE}`);
    return { skipped: true };
  }
  // This is a development dependency, which an installation of the service alone does not contain.
  const { chromium } = await import('playwright-core');
  const close: (() => Promise<unknown>)[] = [];
  try {
    const url = await startEverything(close);
    const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
    close.push(() => browser.close());
    await round(browser, url);
    const rounds: (readonly [number, number])[] = [];
    for (let done = 0; done < ROUNDS; done += 1) rounds.push(await round(browser, url));
    const firstMs = spreadOf(rounds.map(([first]) => first));
    const secondMs = spreadOf(rounds.map(([, second]) => second));
    const row = (name: string, { median, min, max }: typeof firstMs): readonly string[] =>
      [name, median, min, max].map(String);
    const lines = [row('a new person', firstMs), row('a second visit', secondMs)];
    for (const line of table([['first-note, ms', 'median', 'min', 'max'], ...lines])) print(line);
    return { rounds: ROUNDS, firstMs, secondMs };
  } finally {
    for (const each of close.toReversed()) await each().catch(() => undefined);
  }
};
