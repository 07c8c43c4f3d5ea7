/** Over every test: no policy is broken, no script fails, and nobody is asked for anything but who belongs to the scene. */
import type { ExecutionContext } from 'ava';
import type { BrowserContext } from 'playwright-core';

const OF_POLICY = /content security policy|permissions policy|trusted ?type|refused to/i;

/** Fails the test at its end where something was seen. */
export function watchContext(
  t: ExecutionContext,
  context: BrowserContext,
  origins: readonly string[],
): void {
  const seen: string[] = [];
  context.on('console', (message) => {
    if (OF_POLICY.test(message.text())) seen.push(message.text());
  });
  context.on('weberror', (error) => {
    const { message } = error.error();
    if (!message.startsWith('expected: ')) seen.push(message);
  });
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && !origins.includes(origin)) seen.push(request.url());
  });
  t.teardown(() => {
    if (seen.length > 0) throw new Error(`seen in the browser: ${seen.join(' | ')}`);
  });
}
