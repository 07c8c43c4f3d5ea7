/**
 * Tests that only what the contract declares is sent. Anything else is a bug of ours, and is
 * answered as one.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import Koa from 'koa';
import { z } from 'zod';
import type { Endpoint } from '../../src/api/endpoint.js';
import { getKey } from '../../src/api/keys.js';
import { answerProblems } from '../../src/http/middleware/answer-problems.js';
import type { RouteReply } from '../../src/http/route.js';
import { requireShared } from '../../src/http/require-reply.js';
import { sendReply } from '../../src/http/send-reply.js';
import type { Logger } from '../../src/runtime/logger.js';
import { SharedJson } from '../../src/runtime/shared-json.js';
import { createWorld } from '../scenarios/world.js';
import { test } from '../test.js';

const name = z.strictObject({ name: z.string(), inner: z.strictObject({}).exactOptional() });
const endpoint: Endpoint = {
  id: 'x',
  tag: 'health',
  method: 'GET',
  path: '/x',
  summary: 'x',
  replies: { 200: name, 204: null },
  errors: [],
};

/** Returns what a caller receives for a reply. */
async function answerTo(t: ExecutionContext, reply: RouteReply) {
  const note = (): void => undefined;
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const app = new Koa();
  app.silent = true;
  app.use(answerProblems(logger));
  app.use((ctx) => sendReply(ctx, endpoint, reply));
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => void server.close());
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const cookie = response.headers.get('set-cookie');
  return { status: response.status, text: await response.text(), cookie };
}

test('a declared reply is sent unchanged', async (t) => {
  t.deepEqual(await answerTo(t, { status: 200, body: { name: 'x' } }), {
    status: 200,
    text: '{"name":"x"}',
    cookie: null,
  });
  t.deepEqual(await answerTo(t, { status: 204 }), { status: 204, text: '', cookie: null });
  const shared = new SharedJson({ inner: {} });
  t.deepEqual(await answerTo(t, { status: 200, own: { name: 'x' }, shared }), {
    status: 200,
    text: '{"name":"x","inner":{}}',
    cookie: null,
  });
});

const SECRET = 'not-for-callers';
for (const [what, reply] of [
  ['a member that is not declared', { status: 200, body: { name: 'x', secret: SECRET } }],
  ['a nested one', { status: 200, body: { name: 'x', inner: { secret: SECRET } } }],
  ['a body without its member', { status: 200, body: { secret: SECRET } }],
  ['no body', { status: 200 }],
  ['a status that is not declared', { status: 201, body: { name: SECRET } }],
  ['a body where none is declared', { status: 204, body: { name: SECRET } }],
  [
    'a shared member that is not declared',
    { status: 200, own: { name: 'x' }, shared: new SharedJson({ secret: SECRET }) },
  ],
  [
    'a member of its own that is not declared',
    { status: 200, own: { secret: SECRET }, shared: new SharedJson({ name: 'x' }) },
  ],
  [
    'a shared body where none is declared',
    { status: 204, own: {}, shared: new SharedJson({ name: SECRET }) },
  ],
  ['a stream that is not declared', { status: 200, stream: Readable.from([SECRET]) }],
] as const satisfies readonly (readonly [string, RouteReply])[]) {
  test(`${what} is answered with 500 and is not sent`, async (t) => {
    const { status, text } = await answerTo(t, reply);
    t.is(status, 500);
    t.true(text.includes('ERR_INTERNAL'));
    t.false(text.includes(SECRET));
  });
}

test('the cookie of an undeclared reply is not sent either', async (t) => {
  const headers = { 'Set-Cookie': `token=${SECRET}` };
  t.is((await answerTo(t, { status: 204, headers })).cookie, `token=${SECRET}`);
  t.is((await answerTo(t, { status: 200, headers })).cookie, null);
});

test('an undeclared code fails the test that causes it', async (t) => {
  // Arrays of the contract are constant only for the compiler.
  const codes = getKey.errors as unknown as string[];
  const declared = codes.splice(0);
  const world = await createWorld().finally(() => codes.push(...declared));
  const { token } = await world.person();
  const { body } = await world.call('GET', '/api/keys/nobody-1', { token });
  t.is(body['code'], 'ERR_KEY_NOT_FOUND');
  const error = await t.throwsAsync(() => world.close());
  t.regex(error?.message ?? '', /undeclared-code.*ERR_KEY_NOT_FOUND/);
});

test('shared members are judged with the first reply, and the own ones of every reply', (t) => {
  let count = 0;
  const schema = z.strictObject({ own: z.string(), shared: z.custom(() => (count += 1) > 0) });
  const shared = new SharedJson({ shared: 'x' });
  for (let reply = 0; reply < 3; reply += 1) {
    requireShared(schema, { own: String(reply) }, shared);
  }
  t.is(count, 1);
  for (const own of [{}, { own: 1 }, { own: 'x', other: SECRET }]) {
    t.throws(() => requireShared(schema, own, shared), { instanceOf: TypeError });
  }
  const fresh = new SharedJson({ shared: 'x', other: SECRET });
  t.throws(() => requireShared(schema, { own: 'x' }, fresh), {
    message: 'a reply that its endpoint does not declare:  (unrecognized_keys)',
  });
  // Another schema has not accepted what is shared.
  const narrower = z.strictObject({ own: z.string(), shared: z.literal('y') });
  t.throws(() => requireShared(narrower, { own: 'x' }, shared), { instanceOf: TypeError });
});
