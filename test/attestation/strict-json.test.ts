import { test } from '../test.js';
import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from '../../attestation/application/strict-json.js';

const LIMITS = { maxBytes: 4 * 1024 * 1024, maxDepth: 1000 };

const problemOf = (text: string, limits = LIMITS): string | undefined => {
  try {
    parseStrictJson(text, limits);
    return undefined;
  } catch (error) {
    return error instanceof StrictJsonError ? error.problem : String(error);
  }
};

test('JSON without duplicates is parsed as by JSON.parse', (t) => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
      t.deepEqual(parseStrictJson(text, LIMITS), JSON.parse(text));
    }),
  );
});

test('white space, escapes and brackets inside strings change nothing', (t) => {
  const text = ' { "a{[:\\"" : [ "}" , "\\\\" , {"b":":"} ] ,\n "\\u0062" : -1.5e3 } ';
  t.deepEqual(parseStrictJson(text, LIMITS), JSON.parse(text));
});

test('a duplicate member is refused at any depth and in any spelling', (t) => {
  for (const text of [
    '{"a":1,"a":1}',
    '[[{"x":{"a":1,"b":2,"a":3}}]]',
    '{"a":1,"\\u0061":2}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a":{"b":1},"a":[]}',
  ]) {
    t.is(problemOf(text), 'duplicate-key', text);
  }
});

test('a duplicate anywhere in random JSON is found', (t) => {
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.json(), (inner, name, other) => {
      const key = JSON.stringify(name);
      t.is(problemOf(`[${other},{${key}:${inner},${key}:${other}}]`), 'duplicate-key');
    }),
  );
});

test('the same name in different objects is not a duplicate', (t) => {
  t.is(problemOf('{"a":{"a":[{"a":1},{"a":"a"}]}}'), undefined);
});

test('__proto__ is a member like any other', (t) => {
  const value = parseStrictJson('{"__proto__":{"x":1}}', LIMITS);
  t.true(Object.hasOwn(value as object, '__proto__'));
  t.false('x' in (value as object));
});

test('a text that is too long, too deep or not JSON has its own problem', (t) => {
  t.is(problemOf('"123456"', { maxBytes: 7, maxDepth: 2 }), 'too-large');
  t.is(problemOf('"é"', { maxBytes: 3, maxDepth: 2 }), 'too-large');
  t.is(problemOf('[[[]]]', { maxBytes: 100, maxDepth: 2 }), 'too-deep');
  t.is(problemOf('[[],[]]', { maxBytes: 100, maxDepth: 2 }), undefined);
  t.is(problemOf('{a:1}'), 'syntax');
  t.is(problemOf(''), 'syntax');
  t.is(problemOf('{} {}'), 'syntax');
});

test('long strings and deep nesting cost neither stack nor much time', (t) => {
  t.is(problemOf(JSON.stringify({ a: '\\"x'.repeat(500_000) })), undefined);
  t.is(problemOf('['.repeat(1_000_000) + ']'.repeat(1_000_000)), 'too-deep');
});

test('a lone surrogate is refused in a name and in a value, and a pair is accepted', (t) => {
  for (const text of ['"\\ud800"', '{"a":"x\\udc00"}', '{"\\ud83d":1}', '["\\ude00\\ud83d"]']) {
    t.throws(
      () => parseStrictJson(text, { maxBytes: 100, maxDepth: 4 }),
      { instanceOf: StrictJsonError },
      text,
    );
  }
  t.is(parseStrictJson('"\\ud83d\\ude00"', { maxBytes: 100, maxDepth: 4 }), '\u{1F600}');
});
