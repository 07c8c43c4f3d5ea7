import { test } from '../test.js';
import * as fc from 'fast-check';
import { base58btc } from 'multiformats/bases/base58';
import { CID } from 'multiformats/cid';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import { cidFromBase58, cidOf, cidToBase58, parseCid } from '../../src/protocol/cid.js';
import { cid, damaged, someBytes } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

// BLAKE3-256. The empty input is the first vector of the algorithm; `hello` is an entity tag that
// the node published.
const DIGESTS = [
  ['', 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  ['hello', 'ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f'],
] as const;

test('a CID contains the BLAKE3 digest of the bytes', (t) => {
  for (const [text, digest] of DIGESTS) t.is(hex(parseCid(cidOf(utf8(text)))), digest);
});

test('the library of the format reads the same version, codec, hash and digest', (t) => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      const text = cidOf(bytes);
      const { version, code, multihash } = CID.parse(text);
      t.deepEqual([version, code, multihash.code, multihash.size], [1, 0x55, 0x1e, 32]);
      t.is(hex(multihash.digest), hex(parseCid(text)));
      t.is(CID.parse(text).toString(base58btc), cidToBase58(text));
    }),
  );
});

test('other codecs, hashes, versions and bases are rejected', (t) => {
  const text = cidOf(utf8('hello'));
  const others = [
    'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
    'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
    'QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n',
    cidToBase58(text),
    text.toUpperCase(),
    `${text}=`,
    text.slice(0, -1),
    `${text.slice(0, -1)}${text.endsWith('b') ? 'c' : 'b'}`,
    '',
  ];
  for (const other of others)
    t.is(
      codeOf(() => parseCid(other)),
      'ERR_CID_INVALID',
      other,
    );
});

test('base58 text of anything other than such a CID is rejected', (t) => {
  const others = ['', 'z', cidOf(utf8('')), `z1${cidToBase58(cidOf(utf8(''))).slice(1)}`];
  const wrong = [new Uint8Array(36), new Uint8Array(33).fill(255)].map((x) => base58btc.encode(x));
  for (const text of [...others, ...wrong]) {
    t.is(
      codeOf(() => cidFromBase58(text)),
      'ERR_CID_INVALID',
      text,
    );
  }
});

test('every CID round-trips through base58, and no other text parses to it', (t) => {
  fc.assert(fc.property(cid, (x) => cidFromBase58(cidToBase58(x)) === x));
  const same = damaged(cid, (text) => text);
  fc.assert(fc.property(same, ([x, text]) => readsOtherwise(parseCid, text, parseCid(x))));
  const damage = damaged(cid, cidToBase58);
  fc.assert(fc.property(damage, ([x, text]) => readsOtherwise(cidFromBase58, text, x)));
  t.pass();
});
