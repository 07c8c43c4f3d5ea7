export type SqlToken = {
  readonly text: string;
  readonly kind: 'word' | 'quoted' | 'other';
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly column: number;
};

const TOKEN =
  /(?<skip>\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)|(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<other>[0-9][0-9a-zA-Z_.]*|[\s\S])/gu;

/**
 * Returns the tokens of a SQL text, without white space and comments, for the classification of
 * statements.
 */
export function sqlTokens(sql: string): readonly SqlToken[] {
  const out: SqlToken[] = [];
  let [line, lineStart] = [1, 0];
  for (const { index, groups, 0: text } of sql.matchAll(TOKEN)) {
    if (groups?.skip === undefined) {
      const kind =
        groups?.word === undefined ? (groups?.quoted === undefined ? 'other' : 'quoted') : 'word';
      out.push({ text, kind, line, column: index - lineStart + 1 });
    }
    const breaks = text.split('\n').length - 1;
    line += breaks;
    if (breaks > 0) lineStart = index + text.lastIndexOf('\n') + 1;
  }
  return out;
}

/** Splits a text at semicolons into statements. Empty ones are left out. */
export function splitStatements(sql: string): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of sqlTokens(sql)) {
    if (token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.length > 0);
}

/** Returns the uppercase word at a position, or an empty text if there is none. */
export function wordAt(tokens: readonly SqlToken[], at: number): string {
  const token = tokens[at];
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}
