/**
 * Runs tests in a real browser. Without one, they are skipped and report it; `REQUIRE_ALL=1` makes
 * that a failure.
 */
import { existsSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { chromium, type Browser } from 'playwright-core';
import { test } from '../test.js';
import { testThatNeeds } from '../test-that-needs.js';

const CHROMIUM = '/usr/bin/chromium';
/** Debian's build of the same engine without the windows of a browser, which costs a third less. */
const SHELL = '/usr/bin/chromium-headless-shell';

/** Ends a wait for something that never happens. A test that passes does not depend on it. */
export const PATIENCE_MS = 120_000;

/** Browsers by their command-line flags. A file starts each of them once. */
const browsers = new Map<string, Promise<Browser>>();

function browserWith(executablePath: string, flags: readonly string[]): Promise<Browser> {
  const key = [executablePath, ...flags].join(' ');
  const started =
    browsers.get(key) ??
    chromium.launch({
      executablePath,
      args: ['--no-sandbox', ...flags],
      timeout: PATIENCE_MS,
    });
  browsers.set(key, started);
  return started;
}

test.after.always('the browsers of this file are closed', async () => {
  for (const started of browsers.values()) await (await started).close();
});

type Body = (t: ExecutionContext, browser: Browser) => Promise<void>;

function testIn(executable: string, title: string, body: Body, flags: readonly string[]): void {
  testThatNeeds(executable, existsSync(executable), title, async (t) => {
    const browser = await browserWith(executable, flags);
    t.teardown(async () => {
      for (const context of browser.contexts()) await context.close();
    });
    await body(t, browser);
  });
}

/**
 * Runs a test in the file's browser, which is the cheaper build where that is installed. Contexts
 * share nothing, and the test's own are closed after it.
 */
export const testInBrowser = (title: string, body: Body): void =>
  testIn(existsSync(SHELL) ? SHELL : CHROMIUM, title, body, []);

/** Runs a test as above in the browser that people have, with its windows and its settings. */
export const testInChromium = (title: string, body: Body, flags: readonly string[] = []): void =>
  testIn(CHROMIUM, title, body, flags);
