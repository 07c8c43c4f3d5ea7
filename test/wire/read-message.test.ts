/** Untrusted messages of the widget's protocol: what is not exactly as it should be is nothing. */
import { test } from '../test.js';
import fc from 'fast-check';
import { isWidgetErrorCode, WIDGET_ERRORS } from '../../src/wire/error-codes.js';
import { MAX_MESSAGE_BYTES } from '../../src/wire/protocol.js';
import {
  isWithinLimit,
  readBootstrap,
  readConnected,
  readHello,
  readRequest,
  readRequestId,
  readSigned,
  readWidgetMessage,
} from '../../src/wire/read-message.js';

const ADDRESS = `0x${'aB'.repeat(20)}`;
const SIGNATURE = `0x${'0c'.repeat(65)}`;
const BOOTSTRAP = { status: 'complete', state: 'cache-hit' };

test('no value makes a reader throw, and none is taken for something that it is not', (t) => {
  const seed = Date.now();
  const readers = [
    readBootstrap,
    readConnected,
    readHello,
    readRequest,
    readRequestId,
    readSigned,
    readWidgetMessage,
  ];
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
      for (const read of readers) read(value);
      isWithinLimit(value);
    }),
    { seed, numRuns: 500 },
  );
  t.log(`seed ${seed}`);
  t.pass();
});

test('requests of every method are read as they are', (t) => {
  const sign = { message: 'hi', format: 'personal_sign' };
  const requests = [
    { id: 1, method: 'connect', params: { choose: true } },
    { id: 6, method: 'restore' },
    { id: 7, method: 'forget' },
    { id: 2, method: 'sign', params: sign },
    { id: 3, method: 'sign', params: { ...sign, address: ADDRESS } },
    { id: 4, method: 'sign-out' },
    { id: 5, method: 'cancel', params: { of: 2 } },
  ];
  for (const request of requests) t.deepEqual(readRequest(request), request as never);
});

test('members that nobody asked for do not get through', (t) => {
  const more = { extra: 1, __proto__: { message: 'x' } };
  const connect = { id: 1, method: 'connect', params: { choose: false } } as const;
  t.deepEqual(readRequest({ id: 1, method: 'connect', ...more }), connect);
  t.deepEqual(readRequest({ ...connect, params: { choose: false, ...more } }), connect);
  const signed = { signature: SIGNATURE, address: ADDRESS, tinycloudBootstrap: BOOTSTRAP };
  const answer = {
    ...signed,
    token: 'secret',
    tinycloudBootstrap: { ...BOOTSTRAP, statusUrl: '/' },
  };
  t.deepEqual(readSigned(answer), signed as never);
});

test('malformed requests are nothing', (t) => {
  const sign = { id: 1, method: 'sign' };
  const wrong = [
    { method: 'connect' },
    { id: 0, method: 'connect' },
    { id: 1.5, method: 'connect' },
    { id: '1', method: 'connect' },
    { id: Number.MAX_SAFE_INTEGER + 1, method: 'connect' },
    { id: 1 },
    { id: 1, method: 'connect', params: {} },
    { id: 1, method: 'connect', params: { choose: 'yes' } },
    { id: 1, method: 'connect', params: null },
    sign,
    { ...sign, params: { message: 'hi' } },
    { ...sign, params: { message: 7, format: 'raw' } },
    { ...sign, params: { message: 'hi', format: 'typed' } },
    { ...sign, params: { message: 'hi', format: 'raw', address: 1 } },
    { id: 1, method: 'cancel', params: { of: -1 } },
  ];
  for (const each of wrong) t.is(readRequest(each), undefined, JSON.stringify(each));
  t.is(readRequest({ id: 1, method: 'toString' }), 'unknown-method');
});

test('results that are not well formed are nothing', (t) => {
  t.is(readConnected({ address: ADDRESS, chainId: 0 }), undefined);
  t.is(readConnected({ address: `${ADDRESS}0`, chainId: 1 }), undefined);
  const signed = { signature: SIGNATURE, address: ADDRESS, tinycloudBootstrap: BOOTSTRAP };
  t.is(readSigned({ ...signed, signature: SIGNATURE.slice(2) }), undefined);
  t.is(readSigned({ ...signed, address: 'me' }), undefined);
  t.is(readSigned({ ...signed, tinycloudBootstrap: { status: 'great', state: 'x' } }), undefined);
  t.is(readWidgetMessage({ type: 'reply', id: 0, result: 1 }), undefined);
  t.is(readWidgetMessage({ type: 'layout', layout: { place: 'top', height: 1 } }), undefined);
  t.is(readWidgetMessage({ type: 'layout', layout: { place: 'front', height: -1 } }), undefined);
  t.is(readWidgetMessage({ type: 'session', token: 'x' }), undefined);
});

test('the limit is 64 KiB of JSON, in bytes', (t) => {
  const fits = 'a'.repeat(MAX_MESSAGE_BYTES - 2);
  t.true(isWithinLimit(fits));
  t.false(isWithinLimit(`${fits}a`));
  t.false(isWithinLimit('é'.repeat(MAX_MESSAGE_BYTES / 2)));
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  t.false(isWithinLimit(circle));
  t.false(isWithinLimit(undefined));
});

test('codes are told from whatever else is called so', (t) => {
  t.true(Object.keys(WIDGET_ERRORS).every(isWidgetErrorCode));
  for (const name of ['toString', '__proto__', 'ERR_OTHER', '']) t.false(isWidgetErrorCode(name));
});
