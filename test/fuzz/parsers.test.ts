/**
 * No text and no bytes make a parser throw anything but what it says: a fault of ours would be
 * answered with 500.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { pick, type Random } from '../attestation/mutators.js';
import { test } from '../test.js';
import { hostileJson, hostileText, mutateBytes, mutateText } from './hostile-values.js';
import { PARSERS, type Parser, type Thrown } from './parsers.js';
import { PARSER_CASES, randomOf, SEED } from './settings.js';

const ROOT = new URL('../../../', import.meta.url);
/** Folders whose parsers read what comes from outside. */
const FOLDERS = ['src/protocol', 'src/wire', 'src/bootstrap', 'attestation'];

/** Every input that is good for one parser is tried on all others too. */
const KNOWN_TEXTS = PARSERS.flatMap(({ good }) => (typeof good === 'string' ? [good] : []));

const CASES_A_PARSER = Math.ceil(PARSER_CASES / PARSERS.length);
const isFine = (error: unknown, throws: Thrown): boolean =>
  throws !== 'nothing' && error instanceof throws;

/** An input near one that is taken, or something else altogether. */
function inputFor({ takes, good }: Parser, random: Random): unknown {
  const isNear = random() < 0.7;
  switch (takes) {
    case 'text':
      return isNear ? mutateText(random, good) : hostileText(random, KNOWN_TEXTS);
    case 'bytes':
      return isNear
        ? mutateBytes(random, good)
        : new Uint8Array(Buffer.from(hostileText(random, KNOWN_TEXTS)));
    case 'json':
      return isNear ? withOneMember(good, random) : hostileJson(random, KNOWN_TEXTS);
  }
}

/** The good object with one member replaced, taken away or added. */
function withOneMember(good: unknown, random: Random): unknown {
  if (typeof good === 'string') return mutateText(random, good);
  const members = Object.entries(good as object) as [string, unknown][];
  const [name] = pick(random, [...members, ['more', 0] as const]);
  const kept = members.filter(([each]) => each !== name);
  const value = hostileJson(random, KNOWN_TEXTS);
  return Object.fromEntries(random() < 0.2 ? kept : [...kept, [name, value]]);
}

/** What a parser does with an input: `taken`, `refused` as it says, or what it threw instead. */
function tryParser(parser: Parser, input: unknown): 'taken' | 'refused' | Error {
  try {
    return (parser.parse as (each: unknown) => unknown)(input) === undefined ? 'refused' : 'taken';
  } catch (error) {
    if (isFine(error, parser.throws)) return 'refused';
    return error instanceof Error ? error : new Error(String(error));
  }
}

for (const [index, parser] of PARSERS.entries()) {
  test(`${parser.name} throws nothing but what it says`, (t) => {
    t.is(tryParser(parser, parser.good), 'taken');
    for (let at = 0; at < CASES_A_PARSER; at += 1) {
      const input = inputFor(parser, randomOf(index * CASES_A_PARSER + at));
      const outcome = tryParser(parser, input);
      if (outcome instanceof Error) {
        const shown = JSON.stringify(input)?.slice(0, 300);
        t.fail(`FUZZ_SEED=${SEED}, case ${at}: ${outcome.stack ?? outcome.message}\n${shown}`);
        return;
      }
    }
  });
}

/** Units of nesting of JSON, YAML, CBOR and DER. */
const NESTED = ['[', '{"a":', '{a: ', '- ', '? ', 'a: ', ': ', '\u0081', '\u00a1aa', '0\u0080'];
const NESTED_LENGTH = 60_000;
/** `JSON.stringify`, with which the replies of a node are made of values, writes 4,000. */
const VALUE_DEPTH = 3_000;

function nestedInputs({ takes }: Parser): readonly unknown[] {
  const texts = NESTED.map((unit) => unit.repeat(NESTED_LENGTH / unit.length));
  if (takes === 'text') return [...texts, ...texts.map((each) => `a: ${each}`)];
  if (takes === 'bytes') return texts.map((each) => new Uint8Array(Buffer.from(each, 'latin1')));
  let value: unknown = 0;
  for (let depth = 0; depth < VALUE_DEPTH; depth += 1) {
    value = depth % 2 === 0 ? [value] : { a: value };
  }
  // A reply is given as text, too, because a node writes what it likes.
  const half = NESTED_LENGTH / 2;
  return [value, `${'['.repeat(half)}${']'.repeat(half)}`, ...texts];
}

test('no depth of nesting makes a parser throw anything but what it says', (t) => {
  for (const parser of PARSERS) {
    for (const input of nestedInputs(parser)) {
      const outcome = tryParser(parser, input);
      const start = typeof input === 'string' ? input.slice(0, 8) : '';
      t.false(outcome instanceof Error, `${parser.name}: ${start} ${String(outcome)}`);
    }
  }
});

test('every parser of what comes from outside is in the table', (t) => {
  const names = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, ROOT), { recursive: true })
      .map((name) => `${folder}/${String(name)}`)
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => [
        ...readFileSync(new URL(path, ROOT), 'utf8').matchAll(
          /^export (?:async )?(?:function|const) ((?:parse|decode)[A-Z]\w*)/gm,
        ),
      ])
      .map(([, name]) => name ?? ''),
  );
  const known = new Set(PARSERS.map(({ name }) => name));
  t.true(names.length > 30);
  t.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
  );
});
