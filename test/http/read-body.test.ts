/**
 * Tests bodies: the service signs what was sent, so bytes that are not UTF-8 are refused and never
 * replaced.
 */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from '../test.js';
import Koa from 'koa';
import { errorCodeOf } from '../../src/errors.js';
import { readJsonBody } from '../../src/http/read-body.js';

type Sent = { readonly bytes: Uint8Array | string; readonly headers?: Record<string, string> };

const app = new Koa();
app.use(async (ctx) => {
  try {
    ctx.body = { value: await readJsonBody(ctx) };
  } catch (error) {
    ctx.body = { code: errorCodeOf(error) ?? String(error) };
  }
});
const server = app.listen(0, '127.0.0.1');
test.after.always(() => void server.close());

/** Resolves to what the service reads, or to the code of its refusal. */
function read({ bytes, headers = {} }: Sent): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const options = {
    port,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  };
  return new Promise((resolve, reject) => {
    const out = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { value, code } = JSON.parse(Buffer.concat(chunks).toString()) as {
          readonly value?: unknown;
          readonly code?: string;
        };
        resolve(code ?? value);
      });
    });
    out.on('error', reject);
    out.end(bytes);
  });
}

const around = (hex: string): Uint8Array =>
  Buffer.concat([Buffer.from('{"message":"a'), Buffer.from(hex, 'hex'), Buffer.from('b"}')]);

test('bytes that are not UTF-8 are refused', async (t) => {
  // A stray byte, a truncated sequence, a surrogate, an overlong form, a code point beyond the
  // last, and a lone continuation byte.
  for (const hex of ['ff', 'e282', 'eda0bdedb880', 'c0af', 'f4908080', '80', 'fffe']) {
    t.is(await read({ bytes: around(hex) }), 'ERR_BODY_MALFORMED', hex);
  }
  t.is(await read({ bytes: Buffer.from('fffe7b007d00', 'hex') }), 'ERR_BODY_MALFORMED');
  t.is(await read({ bytes: Buffer.from('{"a":"b', 'latin1') }), 'ERR_BODY_MALFORMED');
});

test('text in UTF-8 is read as it was sent', async (t) => {
  for (const message of ['é', 'ÿ', '€', '😀', '\u0000', '\ufeff', '\ufffd', 'e\u0301']) {
    t.deepEqual(await read({ bytes: JSON.stringify({ message }) }), { message });
  }
  t.deepEqual(await read({ bytes: '{"message":"\\ud800"}' }), { message: '\ud800' });
});

test('a charset other than UTF-8 is refused', async (t) => {
  for (const charset of ['utf-16', 'latin1', 'iso-8859-1', 'us-ascii', 'utf-16le', 'utf-7']) {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    t.is(await read({ bytes: '{}', headers }), 'ERR_BODY_TYPE', charset);
  }
  for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8']) {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    t.deepEqual(await read({ bytes: '{"a":1}', headers }), { a: 1 }, charset);
  }
});

test('only JSON objects and arrays are bodies', async (t) => {
  for (const bytes of ['"text"', '1', 'null', 'true', '{', '{"a":1}x', '\ufeff{}', ' ']) {
    t.is(await read({ bytes }), 'ERR_BODY_MALFORMED', bytes);
  }
  t.is(await read({ bytes: '{"__proto__":{"a":1}}' }), 'ERR_BODY_MALFORMED');
  t.is(await read({ bytes: '{"a":[{"\\u005f_proto__":1}]}' }), 'ERR_BODY_MALFORMED');
  t.deepEqual(await read({ bytes: '[]' }), []);
  t.deepEqual(await read({ bytes: '' }), {});
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    t.is(await read({ bytes: '{}', headers: { 'content-type': type } }), 'ERR_BODY_TYPE', type);
  }
});

test('a body has at most 64 KiB, however it is sent', async (t) => {
  const bodyOf = (length: number): string => `{"a":"${'x'.repeat(length - 8)}"}`;
  const chunked = { 'transfer-encoding': 'chunked' };
  t.deepEqual(Object.keys((await read({ bytes: bodyOf(65_536) })) as object), ['a']);
  t.deepEqual(Object.keys((await read({ bytes: bodyOf(65_536), headers: chunked })) as object), [
    'a',
  ]);
  t.is(await read({ bytes: bodyOf(65_537) }), 'ERR_BODY_TOO_LARGE');
  t.is(await read({ bytes: bodyOf(65_537), headers: chunked }), 'ERR_BODY_TOO_LARGE');
  const gzip = { 'content-encoding': 'gzip' };
  t.deepEqual(await read({ bytes: gzipSync('{"a":1}'), headers: gzip }), { a: 1 });
  t.is(await read({ bytes: gzipSync(bodyOf(65_537)), headers: gzip }), 'ERR_BODY_TOO_LARGE');
});

test('a body is decoded by its content coding, and an unknown coding is refused', async (t) => {
  const bytes = '{"a":1}';
  const packed = {
    gzip: gzipSync(bytes),
    deflate: deflateSync(bytes),
    br: brotliCompressSync(bytes),
  };
  for (const [coding, sent] of Object.entries(packed)) {
    const headers = { 'content-encoding': coding };
    t.deepEqual(await read({ bytes: sent, headers }), { a: 1 }, coding);
    t.is(await read({ bytes, headers }), 'ERR_BODY_MALFORMED', coding);
    t.is(await read({ bytes: sent.subarray(0, -1), headers }), 'ERR_BODY_MALFORMED', coding);
  }
  t.deepEqual(await read({ bytes, headers: { 'content-encoding': 'identity' } }), { a: 1 });
  for (const coding of ['compress', 'zstd', 'gzip, gzip', '__proto__']) {
    const headers = { 'content-encoding': coding };
    t.is(await read({ bytes, headers }), 'ERR_BODY_TYPE', coding);
  }
});
