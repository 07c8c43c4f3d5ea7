/** Tests that an object of which most is encoded once is the same as one that is encoded whole. */
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { SharedJson } from '../../src/runtime/shared-json.js';
import { test } from '../test.js';

const text = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('utf8');
const unpacked = (chunks: readonly Uint8Array[]): string =>
  gunzipSync(Buffer.concat(chunks)).toString('utf8');

test('an object is the same whether its members are shared or its own, compressed or not', (t) => {
  const members = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(members, fc.array(members, { minLength: 1, maxLength: 3 }), (rest, owns) => {
      const shared = new SharedJson({ 'of all': 1, ...rest });
      for (const each of owns) {
        const body = { ...each, ...shared.members };
        const isOwn = ([name]: readonly [string, unknown]) => !Object.hasOwn(shared.members, name);
        const own = Object.fromEntries(Object.entries(each).filter(isOwn));
        const plain = text(shared.encode(own));
        t.deepEqual(JSON.parse(plain), JSON.parse(JSON.stringify(body)));
        t.is(unpacked(shared.encodeGzip(own)), plain);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('members of its own may be longer than a block', (t) => {
  const shared = new SharedJson({ shared: true });
  for (const length of [65_528, 65_529, 65_530, 200_000]) {
    const own = { own: 'x'.repeat(length) };
    t.is(unpacked(shared.encodeGzip(own)), text(shared.encode(own)));
  }
});

test('what is shared is encoded once, and members without a value are left out', (t) => {
  let count = 0;
  const counted = { toJSON: () => (count += 1) };
  const shared = new SharedJson({ counted, none: undefined });
  t.is(text(shared.encode({ a: undefined })), '{"counted":1}');
  t.is(unpacked(shared.encodeGzip({ a: 1 })), '{"a":1,"counted":1}');
  t.is(count, 1);
});
