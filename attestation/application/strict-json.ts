/**
 * Parses JSON without duplicate members. JSON.parse keeps the last of two members with the same
 * name, while other parsers keep the first. If a hash covers the bytes and a decision uses the
 * values, both must see the same contents.
 */

/** A JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Why a text is rejected. */
export type JsonProblem = 'too-large' | 'syntax' | 'too-deep' | 'duplicate-key';

const WORDS: Readonly<Record<JsonProblem, string>> = {
  'too-large': 'the text is too large',
  syntax: 'the text is not JSON',
  'too-deep': 'the text is nested too deeply',
  'duplicate-key': 'a name occurs twice in an object',
};

/**
 * The error for text that is not strict JSON. `where` is the offset in UTF-16 code units, if known.
 */
export class StrictJsonError extends Error {
  readonly problem: JsonProblem;
  readonly where: number | undefined;

  constructor(problem: JsonProblem, where?: number, cause?: unknown) {
    super(WORDS[problem], cause === undefined ? {} : { cause });
    this.name = 'StrictJsonError';
    this.problem = problem;
    this.where = where;
  }
}

/** The limits of a text. */
export type JsonLimits = { readonly maxBytes: number; readonly maxDepth: number };

// In valid JSON, only strings, brackets and colons determine the structure. The pattern for strings
// is linear in their length.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** Checks text that JSON.parse has accepted. */
function assertOnceAndShallow(text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = [];
  let string = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > maxDepth) throw new StrictJsonError('too-deep', index);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      const names = open.at(-1);
      if (names?.has(string) === true) throw new StrictJsonError('duplicate-key', index);
      names?.add(string);
    } else {
      string = String(JSON.parse(token));
      // Half of a surrogate pair has no UTF-8 encoding, and therefore neither a canonical form nor
      // a hash.
      if (!string.isWellFormed()) throw new StrictJsonError('syntax', index);
    }
  }
}

/**
 * Parses JSON like JSON.parse, but rejects duplicate members of an object (compared after
 * unescaping), lone surrogates, nesting beyond `maxDepth` and text beyond `maxBytes` of UTF-8.
 * Throws a StrictJsonError.
 */
export function parseStrictJson(text: string, { maxBytes, maxDepth }: JsonLimits): JsonValue {
  if (Buffer.byteLength(text) > maxBytes) throw new StrictJsonError('too-large');
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new StrictJsonError('syntax', undefined, error);
  }
  assertOnceAndShallow(text, maxDepth);
  return value;
}
