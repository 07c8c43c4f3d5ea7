import { test } from '../test.js';
import * as fc from 'fast-check';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import {
  type EnvelopePlace,
  openEnvelope,
  sealEnvelope,
} from '../../src/protocol/sealed-envelope.js';
import { bytesOf, flipBit, someBytes } from './arbitraries.js';
import { codeOf } from './code-of.js';
import { fromHex, readVectors } from './vectors.js';

type Case = {
  readonly name: string;
  readonly keyHex: string;
  readonly nonceHex: string;
  readonly place: EnvelopePlace;
  readonly plainHex: string;
  readonly envelopeHex: string;
};

const KEY = new Uint8Array(32).fill(1);
const NONCE = new Uint8Array(12).fill(2);
const PLACE: EnvelopePlace = { appId: 'app', kind: 'account', id: 'a', generation: 1 };
const ENVELOPE = sealEnvelope(KEY, NONCE, PLACE, utf8('plain'));

const name = fc.string({ unit: 'grapheme', maxLength: 10 });
const sealed = fc.record({
  key: bytesOf(32),
  nonce: bytesOf(12),
  place: fc.record({ appId: name, kind: name, id: name, generation: fc.maxSafeNat() }),
  plain: someBytes,
});

const refused = (key: Uint8Array, place: EnvelopePlace, envelope: Uint8Array): boolean =>
  codeOf(() => openEnvelope(key, place, envelope)) === 'ERR_ENVELOPE_INVALID';

test('the published vectors are reproduced and open', (t) => {
  const { cases } = readVectors('sealwright/sealed-envelope.json') as { cases: readonly Case[] };
  t.true(cases.length > 0);
  for (const { envelopeHex, keyHex, name: title, nonceHex, place, plainHex } of cases) {
    const [key, nonce, plain] = [fromHex(keyHex), fromHex(nonceHex), fromHex(plainHex)] as const;
    t.is(hex(sealEnvelope(key, nonce, place, plain)), envelopeHex, title);
    t.is(hex(openEnvelope(key, place, fromHex(envelopeHex))), plainHex, title);
  }
});

test('the layout is magic, version, key id, nonce, ciphertext and tag', (t) => {
  t.is(hex(ENVELOPE.subarray(0, 18)), `535753450101${hex(NONCE)}`);
  t.is(ENVELOPE.length, 6 + 12 + 'plain'.length + 16);
});

test('every document opens in its own place', (t) => {
  fc.assert(
    fc.property(sealed, ({ key, nonce, place, plain }) => {
      t.deepEqual(openEnvelope(key, place, sealEnvelope(key, nonce, place, plain)), plain);
    }),
  );
});

test('an envelope with any flipped bit does not open', (t) => {
  for (let bit = 0; bit < ENVELOPE.length * 8; bit += 1) {
    t.true(refused(KEY, PLACE, flipBit(ENVELOPE, bit)), String(bit));
  }
});

test('an envelope that is truncated, or has bytes before or after it, is rejected', (t) => {
  for (let length = 0; length < ENVELOPE.length; length += 1) {
    t.true(refused(KEY, PLACE, ENVELOPE.subarray(0, length)), String(length));
  }
  t.true(refused(KEY, PLACE, Uint8Array.of(...ENVELOPE, 0)));
  t.true(refused(KEY, PLACE, Uint8Array.of(0, ...ENVELOPE)));
});

test('an envelope does not open with another key, application, kind, id or generation', (t) => {
  t.true(refused(flipBit(KEY, 0), PLACE, ENVELOPE));
  const others: readonly Partial<EnvelopePlace>[] = [
    { appId: 'App' },
    { kind: 'session' },
    { id: 'b' },
    { generation: 0 },
    { generation: 2 },
    { appId: 'appa', kind: 'ccount' },
    { kind: 'a', id: 'account' },
    { id: '' },
  ];
  for (const other of others) {
    t.true(refused(KEY, { ...PLACE, ...other }, ENVELOPE), JSON.stringify(other));
  }
});

test('any other place is rejected', (t) => {
  fc.assert(
    fc.property(sealed, sealed, ({ key, nonce, place, plain }, { place: other }) => {
      fc.pre(JSON.stringify(place) !== JSON.stringify(other));
      return refused(key, other, sealEnvelope(key, nonce, place, plain));
    }),
  );
  t.pass();
});

test('impossible keys, nonces and places throw TypeError', (t) => {
  const plain = new Uint8Array(0);
  const calls = [
    () => sealEnvelope(KEY.subarray(1), NONCE, PLACE, plain),
    () => sealEnvelope(KEY, NONCE.subarray(1), PLACE, plain),
    () => sealEnvelope(KEY, NONCE, { ...PLACE, id: 'a'.repeat(0x10000) }, plain),
    () => openEnvelope(KEY.subarray(1), PLACE, ENVELOPE),
  ];
  const generations = [-1, 1.5, Number.NaN, 2 ** 53].map(
    (generation) => () => openEnvelope(KEY, { ...PLACE, generation }, ENVELOPE),
  );
  for (const call of [...calls, ...generations]) t.throws(call, { instanceOf: TypeError });
});
