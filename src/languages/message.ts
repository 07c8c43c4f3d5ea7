/**
 * Messages for people. The English sentence is the key of a message, so the code reads as the page
 * does, and every other language has one table from the English sentence to its own. The compiler
 * demands that each table is complete.
 *
 * A value stands in braces: "Stop {host}?". A message with a count has a sentence for one and a
 * sentence for more.
 */

/** The names of the values in a message. */
export type NamesIn<M extends string> = M extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The values that a message needs, as an argument list: none if the message has no braces. */
export type ValuesOf<M extends string, V> = [NamesIn<M>] extends [never]
  ? readonly []
  : readonly [{ readonly [name in NamesIn<M>]: V }];

/** The messages without a value. */
export type PlainOf<M extends string> = M extends M
  ? [NamesIn<M>] extends [never]
    ? M
    : never
  : never;

/** A table of a language, by the English sentence. */
export type Table = Readonly<Record<string, string>>;

const PLACE = /\{(\w+)\}/;

/**
 * Returns the pieces of a message in their order, with the values in their places. A place without
 * a value stays as it is written.
 */
export const piecesOf = <V>(
  message: string,
  values: Readonly<Record<string, V>>,
): readonly (V | string)[] =>
  message.split(PLACE).flatMap((piece, at): (V | string)[] => {
    if (at % 2 === 1) return [values[piece] ?? `{${piece}}`];
    return piece === '' ? [] : [piece];
  });

/**
 * Returns a message as a text, in the language of the table, or in English if it lacks the message.
 */
export const fillMessage = (
  table: Table,
  message: string,
  values: Readonly<Record<string, string | number>> = {},
): string => piecesOf<string | number>(table[message] ?? message, values).join('');
