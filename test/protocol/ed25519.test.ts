import { ed25519 } from '@noble/curves/ed25519';
import { test } from '../test.js';
import * as fc from 'fast-check';
import { hex } from '../../src/protocol/bytes.js';
import { ed25519KeyOf, isEd25519Signature } from '../../src/protocol/ed25519.js';
import { bytesOf, flipBit, someBytes } from './arbitraries.js';
import { fromHex } from './vectors.js';

// RFC 8032 section 7.1, tests 1 to 3.
const VECTORS = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
];

test('signing reproduces the vectors of RFC 8032, which verify', (t) => {
  for (const { message, publicKey, seed, signature } of VECTORS) {
    const key = ed25519KeyOf(fromHex(seed));
    t.is(hex(key.publicKey), publicKey);
    t.is(hex(key.sign(fromHex(message))), signature);
    t.true(isEd25519Signature(fromHex(publicKey), fromHex(message), fromHex(signature)));
  }
});

test('signatures agree with another implementation', (t) => {
  fc.assert(
    fc.property(bytesOf(32), someBytes, (seed, message) => {
      const { publicKey, sign } = ed25519KeyOf(seed);
      t.is(hex(sign(message)), hex(ed25519.sign(message, seed)));
      t.is(hex(publicKey), hex(ed25519.getPublicKey(seed)));
    }),
    { numRuns: 30 },
  );
});

test('a flipped bit in the signature, the message or the key makes the signature invalid', (t) => {
  const messages = fc.uint8Array({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(bytesOf(32), messages, fc.nat(), (seed, message, bit) => {
      const { publicKey, sign } = ed25519KeyOf(seed);
      const signature = sign(message);
      t.true(isEd25519Signature(publicKey, message, signature));
      t.false(isEd25519Signature(publicKey, message, flipBit(signature, bit)));
      t.false(isEd25519Signature(publicKey, flipBit(message, bit), signature));
      t.false(isEd25519Signature(flipBit(publicKey, bit), message, signature));
    }),
  );
});

test('a signature with the group order added to its scalar is invalid', (t) => {
  const { publicKey, sign } = ed25519KeyOf(new Uint8Array(32).fill(1));
  const signature = sign(new Uint8Array(0));
  const scalar = BigInt(`0x${hex(signature.subarray(32).toReversed())}`) + ed25519.CURVE.n;
  const shifted = fromHex(scalar.toString(16).padStart(64, '0')).toReversed();
  const malleated = Uint8Array.of(...signature.subarray(0, 32), ...shifted);
  t.false(isEd25519Signature(publicKey, new Uint8Array(0), malleated));
});

test('a signature of another length is invalid', (t) => {
  const { publicKey, sign } = ed25519KeyOf(new Uint8Array(32));
  const signature = sign(new Uint8Array(1));
  for (const bytes of [signature.subarray(1), Uint8Array.of(...signature, 0), new Uint8Array(0)]) {
    t.false(isEd25519Signature(publicKey, new Uint8Array(1), bytes));
  }
});

test("opening a key does not change the caller's seed, and other lengths are rejected", (t) => {
  const seed = new Uint8Array(32).fill(7);
  ed25519KeyOf(seed);
  t.deepEqual(seed, new Uint8Array(32).fill(7));
  t.throws(() => ed25519KeyOf(new Uint8Array(31)), { instanceOf: TypeError });
  const short = (): boolean => isEd25519Signature(new Uint8Array(31), seed, new Uint8Array(64));
  t.throws(short, { instanceOf: TypeError });
});
