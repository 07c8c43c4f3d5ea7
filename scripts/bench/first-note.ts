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
import type { Browser, Frame, Page } from 'playwright-core';
import { startDemoApp } from '../demo-app/start-demo-app.js';
import { table } from '../../src/console/draw.js';
import { freePort } from '../local/free-port.js';
import { startServiceProcess } from '../local/service-process.js';
import { startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../stand-ins/tinycloud-node/start-node.js';
import { spreadOf } from './statistics.js';

const EXECUTABLE = '/usr/bin/chromium';
const ROUNDS = 5;

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

async function widgetOf(page: Page): Promise<Frame> {
  const handle = await page.waitForSelector('dialog.sealwright iframe', { state: 'attached' });
  const frame = await handle.contentFrame();
  if (frame === null) throw new Error('the frame has no document');
  return frame;
}

/** Clicks until a click is accepted. */
async function approve(page: Page, frame: Frame): Promise<void> {
  const button = 'main[data-screen=review] button.primary';
  await frame.hover(button);
  await page.waitForTimeout(520);
  while ((await frame.locator(`${button}:not([disabled])`).count()) > 0) {
    await frame.click(button, { timeout: 500 }).catch(() => undefined);
    await page.waitForTimeout(60);
  }
}

async function visit(page: Page, note: string, isNew: boolean): Promise<number> {
  await page.locator('#sign-in:not([disabled])').waitFor();
  const startedAtMs = performance.now();
  await page.click('#sign-in');
  const frame = await widgetOf(page);
  if (isNew) {
    await frame.click('[data-way=create]');
    await frame.click('[data-answer=create]');
  }
  await approve(page, frame);
  await page.fill('#text', note);
  await page.click('#write button');
  await page.waitForSelector(`#notes li:has-text("${note}")`);
  return performance.now() - startedAtMs;
}

async function round(browser: Browser, url: string): Promise<readonly [number, number]> {
  const context = await browser.newContext();
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

export async function benchFirstNote(print: (line: string) => void): Promise<object> {
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
}
