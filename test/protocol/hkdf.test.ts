import { hkdf } from '@noble/hashes/hkdf';
import { sha256 } from '@noble/hashes/sha2';
import { test } from '../test.js';
import * as fc from 'fast-check';
import { hex, lengthPrefixed } from '../../src/protocol/bytes.js';
import { createDerivation, deriveBytes } from '../../src/protocol/hkdf.js';
import { bytesOf, someBytes } from './arbitraries.js';
import { fromHex, readVectors } from './vectors.js';

type Case = {
  readonly name: string;
  readonly secretHex: string;
  readonly partsHex: readonly string[];
  readonly length: number;
  readonly outputHex: string;
};

test('test case 3 of RFC 5869, without salt and info, is reproduced', (t) => {
  const okm =
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8';
  t.is(hex(deriveBytes(new Uint8Array(22).fill(0x0b), [], 42)), okm);
});

test('the published vectors are reproduced', (t) => {
  const { cases } = readVectors('sealwright/hkdf.json') as { cases: readonly Case[] };
  t.true(cases.length > 0);
  for (const { length, name, outputHex, partsHex, secretHex } of cases) {
    const output = deriveBytes(fromHex(secretHex), partsHex.map(fromHex), length);
    t.is(hex(output), outputHex, name);
  }
});

test('a text derives the same bytes as its UTF-8 encoding', (t) => {
  const secret = new Uint8Array(32);
  t.deepEqual(deriveBytes(secret, ['é']), deriveBytes(secret, [Uint8Array.of(0xc3, 0xa9)]));
});

test('another implementation derives the same bytes', (t) => {
  const parts = fc.array(someBytes, { maxLength: 4 });
  fc.assert(
    fc.property(bytesOf(32), parts, fc.integer({ min: 1, max: 200 }), (secret, list, length) => {
      const expected = hkdf(sha256, secret, undefined, lengthPrefixed(list), length);
      t.is(hex(deriveBytes(secret, list, length)), hex(expected));
    }),
  );
});

test('a derivation that extracts once derives the same bytes', (t) => {
  const parts = fc.array(someBytes, { maxLength: 4 });
  fc.assert(
    fc.property(bytesOf(32), fc.array(parts, { minLength: 1 }), (secret, lists) => {
      const derive = createDerivation(secret);
      for (const list of lists) t.is(hex(derive(list)), hex(deriveBytes(secret, list)));
    }),
  );
  t.throws(() => createDerivation(new Uint8Array(32))([new Uint8Array(1023)]), {
    instanceOf: TypeError,
  });
});

test('the same text split at another place derives other bytes', (t) => {
  const secret = new Uint8Array(32).fill(1);
  const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], []];
  t.is(new Set(lists.map((parts) => hex(deriveBytes(secret, parts)))).size, lists.length);
});

test('parts of more than 1024 bytes are rejected', (t) => {
  const secret = new Uint8Array(32);
  t.notThrows(() => deriveBytes(secret, [new Uint8Array(1022)]));
  t.throws(() => deriveBytes(secret, [new Uint8Array(1023)]), { instanceOf: TypeError });
});
