/**
 * Watches every test: no policy is violated, no script fails, and requests go only to origins of
 * the scene.
 */
import type { ExecutionContext } from 'ava';
import type { BrowserContext } from 'playwright-core';

const OF_POLICY = /content security policy|permissions policy|trusted ?type|refused to/i;

export type Watched = {
  /** Origins that may receive requests. */
  readonly origins: readonly string[];
  /** Whether the test expects the browser to report policy violations. */
  readonly breaksPolicy: boolean;
};

/**
 * Fails the test at its end if there were complaints. Returns the browser's complaints as they
 * arrive.
 */
export function watchContext(
  t: ExecutionContext,
  context: BrowserContext,
  { origins, breaksPolicy }: Watched,
): readonly string[] {
  const complaints: string[] = [];
  const seen: string[] = [];
  context.on('console', (message) => {
    const text = message.text();
    if (['error', 'warning'].includes(message.type())) complaints.push(text);
    if (!breaksPolicy && OF_POLICY.test(text)) seen.push(text);
  });
  context.on('weberror', (error) => {
    const { message } = error.error();
    complaints.push(message);
    if (!message.startsWith('expected: ')) seen.push(message);
  });
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && !origins.includes(origin)) seen.push(request.url());
  });
  t.teardown(() => {
    if (seen.length > 0) throw new Error(`seen in the browser: ${seen.join(' | ')}`);
  });
  return complaints;
}
