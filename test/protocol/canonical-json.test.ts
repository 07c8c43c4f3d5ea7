import { test } from '../test.js';
import * as fc from 'fast-check';
import { canonicalJson } from '../../src/protocol/canonical-json.js';
import { codeOf } from './code-of.js';

test('the sample of RFC 8785 section 3.2.2 is reproduced', (t) => {
  const sample: unknown = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  t.is(
    canonicalJson(sample),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('keys are ordered by UTF-16 code unit as in RFC 8785 section 3.2.3', (t) => {
  const keys = ['\u20ac', '\r', '\u{fb33}', '1', '\u{1f600}', '\u0080', '\u00f6'];
  const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
  const ordered = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\u{fb33}'];
  t.is(text, `{${ordered.map((key) => `${JSON.stringify(key)}:0`).join(',')}}`);
});

test('numbers are written as in RFC 8785 appendix B', (t) => {
  const samples: readonly (readonly [bits: bigint, text: string])[] = [
    [0x0000000000000000n, '0'],
    [0x8000000000000000n, '0'],
    [0x0000000000000001n, '5e-324'],
    [0x7fefffffffffffffn, '1.7976931348623157e+308'],
    [0x4340000000000000n, '9007199254740992'],
    [0x4430000000000000n, '295147905179352830000'],
    [0x44b52d02c7e14af6n, '1e+23'],
    [0x444b1ae4d6e2ef50n, '1e+21'],
    [0x3eb0c6f7a0b5ed8dn, '0.000001'],
    [0x41b3de4355555553n, '333333333.3333332'],
    [0x41b3de4355555556n, '333333333.3333334'],
    [0x41b3de4355555557n, '333333333.33333343'],
  ];
  for (const [bits, text] of samples) {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, bits);
    t.is(canonicalJson(view.getFloat64(0)), text);
  }
});

test('a value that JSON cannot represent is rejected at any depth', (t) => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const values = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    Symbol('x'),
    () => 1,
    '\ud800',
    new Date(0),
    new Map([['a', 1]]),
    Uint8Array.of(1),
    { toJSON: () => 1 },
    Object.assign([], { length: 1 }),
    cycle,
  ];
  for (const value of values) {
    for (const nested of [value, [value], { a: value }, [1, { b: [value] }]]) {
      t.is(
        codeOf(() => canonicalJson(nested)),
        'ERR_CANONICAL_JSON',
        typeof value,
      );
    }
  }
  t.is(
    codeOf(() => canonicalJson({ '\udc00': 1 })),
    'ERR_CANONICAL_JSON',
  );
});

test('an object may appear twice, lack a prototype or have the name of a prototype member as key', (t) => {
  const shared = { b: 1 };
  t.is(canonicalJson([shared, shared]), '[{"b":1},{"b":1}]');
  t.is(canonicalJson(Object.assign(Object.create(null), { a: 1 })), '{"a":1}');
  t.is(canonicalJson(JSON.parse('{"__proto__":{"a":1}}')), '{"__proto__":{"a":1}}');
});

const json = fc.jsonValue({ stringUnit: 'grapheme' }).filter((value) => !hasMinusZero(value));

function hasMinusZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasMinusZero);
  return Object.is(value, -0);
}

test('every value round-trips, and its text is a fixed point', (t) => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      t.deepEqual(JSON.parse(text), value);
      t.is(canonicalJson(JSON.parse(text)), text);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

test('the order of members in the value makes no difference', (t) => {
  fc.assert(fc.property(json, (value) => canonicalJson(value) === canonicalJson(reversed(value))));
  t.pass();
});
