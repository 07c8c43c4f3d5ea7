/**
 * JSON in which nothing is said twice. JSON.parse keeps the last of two members of one name, other readers keep the first;
 * where a hash is over the bytes and a decision over the values, the two must not part.
 */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

export type JsonProblem = 'too-large' | 'syntax' | 'too-deep' | 'duplicate-key';

/** Text that is not JSON as we read it; `where` is the offset in UTF-16 units where that is known. */
export class StrictJsonError extends Error {
  readonly problem: JsonProblem;
  readonly where: number | undefined;

  constructor(problem: JsonProblem, where?: number, cause?: unknown) {
    super(`json: ${problem}`, cause === undefined ? {} : { cause });
    this.name = 'StrictJsonError';
    this.problem = problem;
    this.where = where;
  }
}

export type JsonLimits = { readonly maxBytes: number; readonly maxDepth: number };

// In valid JSON only strings, brackets and colons matter to the structure; the string form is linear in its length.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** Walks text that JSON.parse accepted. */
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
      // Half of a surrogate pair has no UTF-8, and so no canonical form and no hash.
      if (!string.isWellFormed()) throw new StrictJsonError('syntax', index);
    }
  }
}

/**
 * Reads JSON as JSON.parse does, and refuses two members of one name in an object (compared after their escapes are read),
 * halves of surrogate pairs, nesting beyond `maxDepth` and text beyond `maxBytes` of UTF-8. Throws a StrictJsonError.
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
