import type { ExecutionContext } from 'ava';
import { test } from './test.js';

/**
 * Declares a test that needs a program of the machine. Where the program is missing, the test is
 * skipped and says so; `REQUIRE_ALL=1` lets it fail instead.
 */
export function testThatNeeds(
  program: string,
  isThere: boolean,
  title: string,
  body: (t: ExecutionContext) => Promise<void> | void,
): void {
  if (isThere || process.env['REQUIRE_ALL'] === '1') {
    test(title, body);
    return;
  }
  console.warn(`SKIPPED, as there is no ${program}: ${title}`);
  test.skip(title, (t) => {
    t.pass();
  });
}
