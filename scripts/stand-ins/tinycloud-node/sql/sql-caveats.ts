import { isJsonArray, isJsonObject, type Json } from '../formats/json-tree.js';

/** How an invocation restricts itself, in a separate fact: `{"sqlCaveats": {…}}`. */
export type SqlCaveats = {
  readonly tables?: readonly string[];
  readonly columns?: readonly string[];
  readonly statements: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
};

/** Returns the caveats of the first fact that has them in the right shape. */
export function readSqlCaveats(facts: readonly Json[]): SqlCaveats | undefined {
  for (const fact of facts) {
    const caveats = isJsonObject(fact) ? fact.get('sqlCaveats') : undefined;
    if (!isJsonObject(caveats)) continue;
    const [tables, columns] = [texts(caveats.get('tables')), texts(caveats.get('columns'))];
    return {
      statements: namedStatements(caveats.get('statements')),
      readOnly: caveats.get('readOnly') === true,
      ...(tables === undefined ? {} : { tables }),
      ...(columns === undefined ? {} : { columns }),
    };
  }
  return undefined;
}

function texts(value: Json | undefined): readonly string[] | undefined {
  if (!isJsonArray(value)) return undefined;
  return value.filter((item) => typeof item === 'string');
}

function namedStatements(value: Json | undefined): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const item of isJsonArray(value) ? value : []) {
    const [name, sql] = isJsonObject(item) ? [item.get('name'), item.get('sql')] : [];
    if (typeof name === 'string' && typeof sql === 'string' && !out.has(name)) out.set(name, sql);
  }
  return out;
}
