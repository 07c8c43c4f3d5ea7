/**
 * The codec of sealed documents: every document that is written can be read, and all invalid bytes
 * give one error.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { z } from 'zod';
import { erasureCodec } from '../../src/accounts/erase-account.js';
import { legacySegmentCodec } from '../../src/accounts/legacy-user-document.js';
import { recoverySetCodec } from '../../src/accounts/recovery-sets.js';
import { rollbackNoticeCodec } from '../../src/accounts/rollback-notice.js';
import { type SealedCodec, sealedCodec } from '../../src/accounts/sealed-codec.js';
import { markerCodec } from '../../src/accounts/store-marker.js';
import { userCodec } from '../../src/accounts/user-codec.js';
import { userRecordCodec } from '../../src/accounts/user-log.js';
import { walletAliasCodec } from '../../src/accounts/wallet-aliases.js';
import {
  accountCodec,
  certificateCodec,
  orderCodec,
} from '../../src/certificates/certificate-documents.js';
import { turnCodec } from '../../src/certificates/order-turn.js';
import { bootDocumentCodec } from '../../src/evidence/boot-archive.js';
import { nodePinCodec } from '../../src/provisioning/node-pins.js';
import { nodePlacesCodec } from '../../src/provisioning/stored-places.js';
import { receiptCodec } from '../../src/provisioning/receipts.js';
import { runRecordCodec } from '../../src/provisioning/run-record.js';
import { replicaCodec } from '../../src/replicas/replicas.js';
import { reviewCodec } from '../../src/signing/review/stored-reviews.js';
import { errorCodeOf } from '../../src/errors.js';
import { test } from '../test.js';

/** Returns a codec without its type, which these tests do not need. */
const untyped = <T>({ kind, encode, decode }: SealedCodec<T>) => ({
  kind,
  rewrite: (plain: Uint8Array): Uint8Array => encode(decode(plain)),
});

const CODECS = [
  untyped(accountCodec),
  untyped(bootDocumentCodec),
  untyped(certificateCodec),
  untyped(erasureCodec),
  untyped(legacySegmentCodec),
  untyped(markerCodec),
  untyped(nodePinCodec),
  untyped(nodePlacesCodec),
  untyped(orderCodec),
  untyped(receiptCodec),
  untyped(recoverySetCodec),
  untyped(replicaCodec),
  untyped(reviewCodec),
  untyped(rollbackNoticeCodec),
  untyped(runRecordCodec),
  untyped(turnCodec),
  untyped(userCodec),
  untyped(userRecordCodec),
  untyped(walletAliasCodec),
];

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.json().map(utf8),
  fc.string({ unit: 'binary', maxLength: 64 }).map(utf8),
  fc.constantFrom('', 'null', '[]', '{}', '{"version":1}', '{"deletedAtMs":1}', '"x"').map(utf8),
);

for (const { kind, rewrite } of CODECS) {
  test(`decoding bytes that are not a ${kind} document throws only ERR_STATE_TAMPERED`, (t) => {
    const holds = fc.property(anyBytes, (bytes) => {
      try {
        // Accepted bytes are a document, which can be written again.
        rewrite(bytes);
      } catch (error) {
        t.is(errorCodeOf(error), 'ERR_STATE_TAMPERED');
      }
    });
    fc.assert(holds, { seed: 20_261_128, numRuns: 300 });
    t.throws(() => rewrite(Uint8Array.of(0xff, 0xfe)), { code: 'ERR_STATE_TAMPERED' });
    t.throws(() => rewrite(utf8('')), { code: 'ERR_STATE_TAMPERED' });
  });
}

test('this test covers the codec of every kind of sealed document', (t) => {
  const root = new URL('../../../src/', import.meta.url);
  const kinds = readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('sealed-codec.ts'))
    .flatMap((path) => {
      const text = readFileSync(new URL(path, root), 'utf8');
      return [...text.matchAll(/\bsealed(?:Text|Record)?Codec(?:<[^(]*>)?\(/g)];
    });
  t.is(kinds.length, CODECS.length);
  t.is(new Set(CODECS.map(({ kind }) => kind)).size, CODECS.length);
});

test('only one file writes to the sealed documents', (t) => {
  const root = new URL('../../../src/', import.meta.url);
  const writers = readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts'))
    .filter((path) =>
      /\b(?:JSON\.stringify|utf8)\(/.test(bodyOfCommits(readFileSync(new URL(path, root), 'utf8'))),
    );
  t.deepEqual(writers, []);
});

/** Returns the arguments of every `commit(` and `replace(` in a file. */
const bodyOfCommits = (text: string): string =>
  [...text.matchAll(/\.(?:commit|replace)\(([^;]*?)\);/g)].map(([, body]) => body ?? '').join('\n');

test('a value outside the schema is rejected before it is written, and one inside round-trips', (t) => {
  const schema = z.strictObject({ name: z.string().max(3), count: z.number().int().nonnegative() });
  const codec = sealedCodec('sample', schema);
  const anyValue = fc.record({
    name: fc.string({ maxLength: 6 }),
    count: fc.oneof(fc.integer({ min: -3 }), fc.double()),
  });
  const holds = fc.property(anyValue, (value) => {
    if (schema.safeParse(value).success) t.deepEqual(codec.decode(codec.encode(value)), value);
    else t.throws(() => codec.encode(value), { instanceOf: TypeError });
  });
  fc.assert(holds, { seed: 20_261_128, numRuns: 500 });
});
