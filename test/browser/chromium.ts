/** Tests in a real browser. Where there is none they are skipped and say so; `REQUIRE_ALL=1` makes that a failure. */
import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { chromium, type Browser } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** A test with a browser of its own, closed after it. */
export function testInChromium(
  title: string,
  body: (t: ExecutionContext, browser: Browser) => Promise<void>,
  flags: readonly string[] = [],
): void {
  if (!existsSync(EXECUTABLE) && process.env['REQUIRE_ALL'] !== '1') {
    console.warn(`SKIPPED, as there is no ${EXECUTABLE}: ${title}`);
    test.skip(title, (t) => t.pass());
    return;
  }
  test(title, async (t) => {
    const args = ['--no-sandbox', ...flags];
    const browser = await chromium.launch({ executablePath: EXECUTABLE, args });
    t.teardown(() => browser.close());
    await body(t, browser);
  });
}
