import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import Koa from 'koa';
import { test } from '../test.js';
import { ServiceError } from '../../src/errors.js';
import { answerProblems } from '../../src/http/middleware/answer-problems.js';
import type { Logger } from '../../src/runtime/logger.js';

type Heard = {
  readonly answer: Response;
  readonly text: string;
  readonly logged: readonly unknown[];
};

/** Returns what a caller and the log receive for an error of a handler. */
async function answerTo(t: ExecutionContext, thrown: unknown): Promise<Heard> {
  const logged: unknown[] = [];
  const note = (event: string, fields: unknown): void => void logged.push([event, fields]);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const app = new Koa();
  app.silent = true;
  app.use(answerProblems(logger));
  app.use(() => {
    throw thrown;
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => void server.close());
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { answer, text: await answer.text(), logged };
}

for (const [what, thrown] of [
  ['a bug of our own', new TypeError('the key is 0x1234')],
  ['a thrown text', 'the key is 0x1234'],
  ['an object that pretends to be an error', { status: 200, expose: true, message: '0x1234' }],
  ['nothing', undefined],
] as const) {
  test(`${what} is answered with 500 and without details`, async (t) => {
    const { answer, text, logged } = await answerTo(t, thrown);
    t.is(answer.status, 500);
    t.is(answer.headers.get('content-type'), 'application/problem+json');
    t.is((JSON.parse(text) as { code: string }).code, 'ERR_INTERNAL');
    t.false(text.includes('0x1234'));
    t.is(logged.length, 1);
  });
}

test('an error of the table is answered with its status and code, and a limit with Retry-After', async (t) => {
  const detail = { retryAfterMs: 1_500, secret: 'inside' };
  const { answer, text, logged } = await answerTo(
    t,
    new ServiceError('ERR_RATE_LIMITED', { detail }),
  );
  t.is(answer.status, 429);
  t.is(answer.headers.get('retry-after'), '2');
  t.is(answer.headers.get('cache-control'), 'no-store');
  t.like(JSON.parse(text), { code: 'ERR_RATE_LIMITED', status: 429, retryAfterMs: 1_500 });
  t.false(text.includes('inside'));
  t.deepEqual(logged, []);
});

test('a 401 response names the authentication scheme', async (t) => {
  const { answer } = await answerTo(t, new ServiceError('ERR_SESSION_INVALID'));
  t.is(answer.status, 401);
  t.is(answer.headers.get('www-authenticate'), 'Bearer');
});
