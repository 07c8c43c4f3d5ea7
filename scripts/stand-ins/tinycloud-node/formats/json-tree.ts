/**
 * Parses JSON as the real node does (serde_json): integers keep their 64 bits, floats stay distinct
 * from integers, duplicate keys can be rejected, and errors contain line and column. `JSON.parse`
 * loses all four.
 */
export type Json = null | boolean | string | bigint | number | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export class JsonSyntaxError extends Error {
  constructor(message: string, line: number, column: number) {
    super(`${message} at line ${line} column ${column}`);
    this.name = 'JsonSyntaxError';
  }
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

const MAX_DEPTH = 127;
const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const MAX_U64 = 2n ** 64n - 1n;
const MIN_I64 = -(2n ** 63n);

type Options = { readonly uniqueKeys?: boolean };

/**
 * Parses one JSON text. With `uniqueKeys`, a duplicate key in the outermost object is rejected. At
 * deeper levels the last one counts, as in the node's maps, while its structures reject duplicates.
 */
export function parseJsonTree(text: string, options: Options = {}): Json {
  const reader = new Reader(text, options.uniqueKeys ?? false);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  readonly #uniqueKeys: boolean;
  #at = 0;

  constructor(text: string, uniqueKeys: boolean) {
    this.#text = text;
    this.#uniqueKeys = uniqueKeys;
  }

  value(depth: number): Json {
    this.#space();
    const char = this.#text[this.#at];
    if (char === undefined) throw this.#error('EOF while parsing a value');
    if (depth > MAX_DEPTH) throw this.#error('recursion limit exceeded', 1);
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    if (char === '-' || (char >= '0' && char <= '9')) return this.#number();
    for (const [word, meaning] of [
      ['null', null],
      ['true', true],
      ['false', false],
    ] as const) {
      if (char === word[0]) return this.#word(word, meaning);
    }
    throw this.#error('expected value', 1);
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('trailing characters', 1);
  }

  #space(): void {
    while (/[ \t\n\r]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #word(word: string, meaning: null | boolean): null | boolean {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error('expected ident', 2);
    this.#at += word.length;
    return meaning;
  }

  #number(): bigint | number {
    const found = /^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/.exec(
      this.#text.slice(this.#at, this.#at + 400),
    );
    if (found === null || /[0-9.eE]/.test(this.#text[this.#at + found[0].length] ?? '')) {
      throw this.#error('invalid number', 2);
    }
    this.#at += found[0].length;
    if (found[1] === undefined && found[2] === undefined && found[0] !== '-0') {
      const integer = BigInt(found[0]);
      if (integer <= MAX_U64 && integer >= MIN_I64) return integer;
    }
    const float = Number(found[0]);
    if (!Number.isFinite(float)) throw this.#error('number out of range');
    return float;
  }

  #string(): string {
    this.#at += 1;
    let out = '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw this.#error('EOF while parsing a string');
      this.#at += 1;
      if (char === '"') return out;
      if (char < ' ') {
        throw this.#error('control character (\\u0000-\\u001F) found while parsing a string');
      }
      out += char === '\\' ? this.#escape() : char;
    }
  }

  #escape(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw this.#error('EOF while parsing a string');
    this.#at += 1;
    const plain = ESCAPES.get(char);
    if (plain !== undefined) return plain;
    if (char !== 'u') throw this.#error('invalid escape');
    const first = this.#codeUnit();
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first);
    if (first > 0xdbff || !this.#text.startsWith('\\u', this.#at)) {
      throw this.#error('lone leading surrogate in hex escape');
    }
    this.#at += 2;
    const second = this.#codeUnit();
    if (second < 0xdc00 || second > 0xdfff) {
      throw this.#error('lone leading surrogate in hex escape');
    }
    return String.fromCharCode(first, second);
  }

  #codeUnit(): number {
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error('invalid escape');
    this.#at += 4;
    return Number.parseInt(digits, 16);
  }

  #array(depth: number): readonly Json[] {
    this.#at += 1;
    const items: Json[] = [];
    for (;;) {
      this.#space();
      const char = this.#text[this.#at];
      if (char === undefined) throw this.#error('EOF while parsing a list');
      if (char === ']' && items.length === 0) break;
      items.push(this.value(depth + 1));
      if (this.#separator(']', 'list') === ']') return items;
    }
    this.#at += 1;
    return items;
  }

  #object(depth: number): JsonObject {
    this.#at += 1;
    const entries = new Map<string, Json>();
    for (;;) {
      this.#space();
      const char = this.#text[this.#at];
      if (char === undefined) throw this.#error('EOF while parsing an object');
      if (char === '}' && entries.size === 0) break;
      if (char !== '"') throw this.#error('key must be a string', 1);
      const key = this.#string();
      if (depth === 0 && this.#uniqueKeys && entries.has(key)) {
        throw this.#error(`duplicate field \`${key}\``);
      }
      this.#colon();
      entries.set(key, this.value(depth + 1));
      if (this.#separator('}', 'object') === '}') return entries;
    }
    this.#at += 1;
    return entries;
  }

  #colon(): void {
    this.#space();
    const char = this.#text[this.#at];
    if (char === undefined) throw this.#error('EOF while parsing an object');
    if (char !== ':') throw this.#error('expected `:`', 1);
    this.#at += 1;
  }

  #separator(close: ']' | '}', what: 'list' | 'object'): string {
    this.#space();
    const char = this.#text[this.#at];
    if (char === undefined)
      throw this.#error(`EOF while parsing a${what === 'object' ? 'n' : ''} ${what}`);
    if (char !== ',' && char !== close) throw this.#error(`expected \`,\` or \`${close}\``, 1);
    this.#at += 1;
    if (char === close) return close;
    this.#space();
    if (this.#text[this.#at] === close) throw this.#error('trailing comma', 1);
    return ',';
  }

  #error(message: string, ahead = 0): JsonSyntaxError {
    const before = this.#text.slice(0, Math.min(this.#at + ahead, this.#text.length));
    const lines = before.split('\n');
    const column = Buffer.byteLength(lines.at(-1) ?? '');
    return new JsonSyntaxError(message, lines.length, column);
  }
}
