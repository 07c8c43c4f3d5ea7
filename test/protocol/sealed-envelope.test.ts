import { randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {
  openEnvelope,
  sealEnvelope,
  type EnvelopePlace,
} from '../../src/protocol/sealed-envelope.js';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const PLACE: EnvelopePlace = { appId: 'app', kind: 'user', id: 'a', generation: 3 };
const key = random(32);

test('what was sealed is opened in its place', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (plain) => {
      t.deepEqual(openEnvelope(key, PLACE, sealEnvelope(key, random(12), PLACE, plain)), plain);
    }),
  );
});

test('not one bit may change', (t) => {
  const envelope = sealEnvelope(key, random(12), PLACE, random(40));
  for (let bit = 0; bit < envelope.length * 8; bit += 1) {
    const changed = envelope.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    t.throws(() => openEnvelope(key, PLACE, changed), { code: 'ERR_ENVELOPE_INVALID' });
  }
});

test('it opens nowhere else, at no other generation, and under no other key', (t) => {
  const envelope = sealEnvelope(key, random(12), PLACE, random(40));
  const places: readonly EnvelopePlace[] = [
    { ...PLACE, appId: 'other' },
    { ...PLACE, kind: 'run' },
    { ...PLACE, id: 'b' },
    { ...PLACE, generation: 2 },
    // The same letters, cut elsewhere.
    { ...PLACE, appId: 'appu', kind: 'ser' },
  ];
  for (const place of places) {
    t.throws(() => openEnvelope(key, place, envelope), { code: 'ERR_ENVELOPE_INVALID' });
  }
  t.throws(() => openEnvelope(random(32), PLACE, envelope), { code: 'ERR_ENVELOPE_INVALID' });
});

test('too few bytes are no envelope', (t) => {
  const envelope = sealEnvelope(key, random(12), PLACE, new Uint8Array());
  for (let length = 0; length < envelope.length; length += 1) {
    const cut = envelope.subarray(0, length);
    t.throws(() => openEnvelope(key, PLACE, cut), { code: 'ERR_ENVELOPE_INVALID' });
  }
});
