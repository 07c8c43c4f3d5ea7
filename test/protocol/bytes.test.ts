import { test } from '../test.js';
import * as fc from 'fast-check';
import { concatBytes, decodeUtf8, hex, lengthPrefixed, utf8 } from '../../src/protocol/bytes.js';
import { someBytes } from './arbitraries.js';

test('concatenated bytes are the parts in order', (t) => {
  t.deepEqual(concatBytes(), new Uint8Array(0));
  t.is(hex(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 255))), '0102ff');
});

test('the hex of a view contains the view, not its whole buffer', (t) => {
  t.is(hex(Uint8Array.of(1, 2, 3).subarray(1, 2)), '02');
});

test('text round-trips through UTF-8, including a byte order mark', (t) => {
  for (const text of ['', 'é€😀', '\u{feff}{}', '\u0000']) t.is(decodeUtf8(utf8(text)), text);
});

test('bytes that are not UTF-8 do not decode, and do not affect the next call', (t) => {
  for (const bytes of [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80]]) {
    t.is(decodeUtf8(Uint8Array.from(bytes)), undefined);
  }
  t.is(decodeUtf8(utf8('a')), 'a');
});

test('a part is preceded by its length in two bytes', (t) => {
  t.is(hex(lengthPrefixed(['ab', Uint8Array.of(9), ''])), '000261620001090000');
  t.is(hex(lengthPrefixed([new Uint8Array(0xffff)]).subarray(0, 2)), 'ffff');
  t.throws(() => lengthPrefixed([new Uint8Array(0x10000)]), { instanceOf: TypeError });
});

test('different lists of parts give different bytes', (t) => {
  const parts = fc.array(someBytes, { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = a.length === b.length && a.every((part, at) => hex(part) === hex(b[at] ?? part));
      return same === (hex(lengthPrefixed(a)) === hex(lengthPrefixed(b)));
    }),
  );
  t.not(hex(lengthPrefixed(['ab', 'c'])), hex(lengthPrefixed(['a', 'bc'])));
  t.not(hex(lengthPrefixed(['a'])), hex(lengthPrefixed(['a', ''])));
});
