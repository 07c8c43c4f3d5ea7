import { test } from '../test.js';
import * as fc from 'fast-check';
import { decodeBase64url, encodeBase64url } from '../../src/protocol/base64url.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { damaged, someBytes } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

// RFC 4648 section 10, and the two characters that differ between base64url and base64.
const VECTORS: readonly (readonly [Uint8Array, string])[] = [
  [utf8(''), ''],
  [utf8('f'), 'Zg=='],
  [utf8('fo'), 'Zm8='],
  [utf8('foo'), 'Zm9v'],
  [utf8('foob'), 'Zm9vYg=='],
  [utf8('fooba'), 'Zm9vYmE='],
  [utf8('foobar'), 'Zm9vYmFy'],
  [Uint8Array.of(0xfb, 0xff, 0xfe), '-__-'],
];

test('the vectors of RFC 4648 are written and read with and without padding', (t) => {
  for (const [bytes, padded] of VECTORS) {
    const bare = padded.replaceAll('=', '');
    t.is(encodeBase64url(bytes, 'required'), padded);
    t.is(encodeBase64url(bytes), bare);
    t.deepEqual(decodeBase64url(padded, 'required'), bytes);
    t.deepEqual(decodeBase64url(bare), bytes);
  }
});

test('padding is rejected or required, as the caller specifies', (t) => {
  t.is(
    codeOf(() => decodeBase64url('Zg==')),
    'ERR_BASE64URL_INVALID',
  );
  for (const text of ['Zg', 'Zg=', 'Zg===', 'Zm9v====']) {
    t.is(
      codeOf(() => decodeBase64url(text, 'required')),
      'ERR_BASE64URL_INVALID',
      text,
    );
  }
});

test('another alphabet, stray bits, white space and a single character are rejected', (t) => {
  for (const text of ['+//+', 'Zh', 'Zm9', ' Zm8', 'Zm8\n', 'Zm\n8', 'Z', 'Zm8\u0000', 'Zmé']) {
    t.is(
      codeOf(() => decodeBase64url(text)),
      'ERR_BASE64URL_INVALID',
      text,
    );
  }
});

test('all bytes round-trip, and no other text decodes to them', (t) => {
  for (const padding of ['none', 'required'] as const) {
    const encode = (bytes: Uint8Array): string => encodeBase64url(bytes, padding);
    const decode = (text: string): Uint8Array => decodeBase64url(text, padding);
    fc.assert(fc.property(someBytes, (x) => t.deepEqual(decode(encode(x)), x)));
    fc.assert(
      fc.property(damaged(someBytes, encode), ([x, text]) => readsOtherwise(decode, text, x)),
    );
  }
  t.pass();
});
