import { secp256k1 } from '@noble/curves/secp256k1';
import { test } from '../test.js';
import { hashMessage, verifyMessage } from 'ethers';
import * as fc from 'fast-check';
import { addressOfPublicKey } from '../../src/protocol/address.js';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { someBytes } from './arbitraries.js';

test('digests agree with published ones of wallets', (t) => {
  const digests = {
    'Hello World': 'a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2',
    'Some data': '1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655',
  };
  for (const [text, digest] of Object.entries(digests)) {
    t.is(hex(personalMessageDigest(utf8(text))), digest);
  }
});

test('the prefix contains the number of bytes, not of characters', (t) => {
  for (const text of ['é€😀', '', 'a'.repeat(1000)]) {
    t.is(`0x${hex(personalMessageDigest(utf8(text)))}`, hashMessage(text));
  }
});

test('digests agree with ethers for any bytes', (t) => {
  fc.assert(fc.property(someBytes, (x) => `0x${hex(personalMessageDigest(x))}` === hashMessage(x)));
  t.pass();
});

test('ethers recovers the signer of a digest', (t) => {
  const key = new Uint8Array(32).fill(5);
  const signer = addressOfPublicKey(secp256k1.getPublicKey(key, false));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const signature = secp256k1.sign(personalMessageDigest(utf8(text)), key);
      const v = (27 + signature.recovery).toString(16);
      return verifyMessage(text, `0x${signature.toCompactHex()}${v}`) === signer;
    }),
    { numRuns: 15 },
  );
  t.pass();
});
