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
const EXECUTABLE = existsSync(SHELL) ? SHELL : CHROMIUM;

/** Ends a wait for something that never happens. A test that passes does not depend on it. */
export const PATIENCE_MS = 120_000;

/** Browsers by their command-line flags. A file starts each of them once. */
const browsers = new Map<string, Promise<Browser>>();

function browserWith(flags: readonly string[]): Promise<Browser> {
  const key = flags.join(' ');
  const started =
    browsers.get(key) ??
    chromium.launch({
      executablePath: EXECUTABLE,
      args: ['--no-sandbox', ...flags],
      timeout: PATIENCE_MS,
    });
  browsers.set(key, started);
  return started;
}

test.after.always('the browsers of this file are closed', async () => {
  for (const started of browsers.values()) await (await started).close();
});

/**
 * Runs a test in the file's browser. Contexts share nothing, and the test's own are closed after
 * it.
 */
export function testInChromium(
  title: string,
  body: (t: ExecutionContext, browser: Browser) => Promise<void>,
  flags: readonly string[] = [],
): void {
  testThatNeeds(EXECUTABLE, existsSync(EXECUTABLE), title, async (t) => {
    const browser = await browserWith(flags);
    t.teardown(async () => {
      for (const context of browser.contexts()) await context.close();
    });
    await body(t, browser);
  });
}
