import { secp256k1 } from '@noble/curves/secp256k1';
import { test } from '../test.js';
import { computeAddress, getAddress } from 'ethers';
import * as fc from 'fast-check';
import {
  addressOfPublicKey,
  isAddress,
  parseAddress,
  parseLowerCaseAddress,
} from '../../src/protocol/address.js';
import { hex } from '../../src/protocol/bytes.js';
import { address, bytesOf, damaged } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

// The examples of EIP-55.
const EXAMPLES = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

test('the examples of EIP-55 are addresses', (t) => {
  for (const text of EXAMPLES) {
    t.is(parseAddress(text), text as typeof text & ReturnType<typeof parseAddress>);
    t.true(isAddress(text));
  }
});

test('only the parser of lower-case addresses completes one, and it rejects other letter cases', (t) => {
  for (const text of EXAMPLES) {
    const completed: string = parseLowerCaseAddress(text.toLowerCase());
    t.is(completed, text);
    for (const wrong of [text.toUpperCase(), text.slice(2), `${text.toLowerCase()}0`, `${text} `]) {
      t.is(
        codeOf(() => parseLowerCaseAddress(wrong)),
        'ERR_ADDRESS_INVALID',
        wrong,
      );
    }
  }
});

test('lower case, upper case and other forms of an address are rejected', (t) => {
  const mixed = '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  const texts = [mixed.toLowerCase(), mixed.toUpperCase()].map((digits) => `0x${digits}`);
  for (const text of [...texts, mixed, `0X${mixed}`, `0x${mixed}0`, `0x${mixed}\n`, '', '0x']) {
    t.is(
      codeOf(() => parseAddress(text)),
      'ERR_ADDRESS_INVALID',
      text,
    );
    t.false(isAddress(text));
  }
});

test('changing one character gives an invalid or a different address', (t) => {
  const damage = damaged(address, (text) => text);
  fc.assert(fc.property(damage, ([x, text]) => readsOtherwise(parseAddress, text, x)));
  t.pass();
});

test('letter case agrees with ethers', (t) => {
  fc.assert(fc.property(address, (text) => getAddress(text.toLowerCase()) === text));
  t.pass();
});

test('the address of a public key agrees with ethers', (t) => {
  const privateKey = bytesOf(32).filter((key) => secp256k1.utils.isValidPrivateKey(key));
  fc.assert(
    fc.property(privateKey, (key) => {
      const publicKey = secp256k1.getPublicKey(key, false);
      return addressOfPublicKey(publicKey) === computeAddress(`0x${hex(publicKey)}`);
    }),
    { numRuns: 30 },
  );
  t.pass();
});

test('only an uncompressed public key has an address', (t) => {
  const compressed = secp256k1.getPublicKey(new Uint8Array(32).fill(1));
  t.throws(() => addressOfPublicKey(compressed), { instanceOf: TypeError });
  t.throws(() => addressOfPublicKey(new Uint8Array(65)), { instanceOf: TypeError });
});

test('addresses keep their letter case, however many were converted before', (t) => {
  const of = (number: number): string => number.toString(16).padStart(40, 'a');
  const first = Array.from({ length: 40 }, (_, number) => parseLowerCaseAddress(`0x${of(number)}`));
  for (let number = 0; number < 3_000; number += 1) parseLowerCaseAddress(`0x${of(number)}`);
  const again = first.map((_, number) => parseLowerCaseAddress(`0x${of(number)}`));
  t.deepEqual(again, first);
  for (const each of first) t.is(parseAddress(each), each);
});
