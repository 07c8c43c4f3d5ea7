import { test } from '../test.js';
import { guardTransport } from '../../src/bootstrap/guarded-transport.js';
import { NodeBreaker } from '../../src/bootstrap/node-breaker.js';
import type { NodeReply, NodeRequest } from '../../src/bootstrap/node-transport.js';
import { ServiceError } from '../../src/errors.js';

const SETTINGS = { failures: 3, firstRestMs: 100, longestRestMs: 250 };
const OK: NodeReply = {
  status: 200,
  contentType: undefined,
  retryAfterMs: undefined,
  dateMs: undefined,
  body: new Uint8Array(),
};
const REQUEST: NodeRequest = { method: 'GET', path: '/info', deadlineMs: 1_000 };

/** A breaker with a clock that the test moves. */
function createScene() {
  const at = { nowMs: 0, sent: 0, changes: [] as boolean[] };
  const breaker = new NodeBreaker(SETTINGS, () => at.nowMs);
  breaker.onChange((isOpen) => at.changes.push(isOpen));
  const succeed = (): Promise<NodeReply> =>
    breaker.run(async () => {
      at.sent += 1;
      return OK;
    });
  const fail = async (code: 'ERR_NODE_TIMEOUT' | 'ERR_NODE_ABORTED' = 'ERR_NODE_TIMEOUT') => {
    await breaker
      .run(async () => {
        at.sent += 1;
        throw new ServiceError(code);
      })
      .catch(() => undefined);
  };
  return { at, breaker, succeed, fail };
}

test('failures in a row open the breaker, and a success between them does not count them', async (t) => {
  const { at, breaker, succeed, fail } = createScene();
  await fail();
  await fail();
  await succeed();
  await fail();
  await fail();
  t.false(breaker.isOpen);
  await fail('ERR_NODE_ABORTED');
  t.false(breaker.isOpen);
  await fail();
  t.true(breaker.isOpen);
  t.deepEqual(at.changes, [true]);
  const { sent } = at;
  const error = await t.throwsAsync(succeed(), { code: 'ERR_NODE_TIMEOUT' });
  t.true((error as ServiceError).detail['isUnsent']);
  t.is(at.sent, sent);
});

test('after the rest one request asks, and the rest doubles up to a bound until one is answered', async (t) => {
  const { at, breaker, succeed, fail } = createScene();
  for (let time = 0; time < 3; time += 1) await fail();
  for (const restMs of [100, 200, 250, 250]) {
    t.is(breaker.restMs, restMs);
    at.nowMs += restMs - 1;
    const { sent } = at;
    await fail();
    t.is(at.sent, sent);
    at.nowMs += 1;
    await Promise.all([fail(), fail(), fail()]);
    t.is(at.sent, sent + 1);
  }
  at.nowMs += 250;
  await succeed();
  t.false(breaker.isOpen);
  await fail();
  t.false(breaker.isOpen);
  t.deepEqual(at.changes, [true, false]);
});

test('a gateway without its node counts as a failure, and a failing node does not', async (t) => {
  for (const [status, isOpen] of [
    [502, true],
    [504, true],
    [500, false],
    [503, false],
    [404, false],
  ] as const) {
    const { breaker } = createScene();
    for (let time = 0; time < 3; time += 1) await breaker.run(async () => ({ ...OK, status }));
    t.is(breaker.isOpen, isOpen, String(status));
  }
});

test('requests beyond the bound wait in order, and one that is given up is never sent', async (t) => {
  const ends: (() => void)[] = [];
  const paths: string[] = [];
  const guarded = guardTransport(
    {
      send: ({ path }) => {
        paths.push(path);
        return new Promise((resolve) => ends.push(() => resolve(OK)));
      },
      close: () => Promise.resolve(),
    },
    new NodeBreaker(SETTINGS, () => 0),
    2,
  );
  const leaving = new AbortController();
  const sent = [
    guarded.send({ ...REQUEST, path: '/1' }),
    guarded.send({ ...REQUEST, path: '/2' }),
    guarded.send({ ...REQUEST, path: '/3', signal: leaving.signal }),
    guarded.send({ ...REQUEST, path: '/4' }),
  ];
  await new Promise(setImmediate);
  t.is(guarded.inFlight, 2);
  t.deepEqual(paths, ['/1', '/2']);
  leaving.abort();
  ends[0]?.();
  await t.throwsAsync(sent[2] ?? Promise.resolve(), { code: 'ERR_NODE_ABORTED' });
  await new Promise(setImmediate);
  t.deepEqual(paths, ['/1', '/2', '/4']);
  ends[1]?.();
  ends[2]?.();
  await Promise.all([sent[0], sent[1], sent[3]]);
  t.is(guarded.inFlight, 0);
});
