import {
  isJsonArray,
  isJsonObject,
  JsonSyntaxError,
  parseJsonTree,
  type Json,
  type JsonObject,
} from '../formats/json-tree.js';
import { Refusal } from '../refusal.js';
import { SqlError } from './sql-error.js';
import { sqlValueOf, type SqlValue } from './sql-value.js';

export type SqlStatement = { readonly sql: string; readonly params: readonly SqlValue[] };
export type SqlRequest =
  | (SqlStatement & {
      readonly action: 'query';
      readonly maxRows?: number;
      readonly maxBytes?: number;
    })
  | (SqlStatement & { readonly action: 'execute'; readonly schema: readonly string[] })
  | { readonly action: 'batch'; readonly statements: readonly SqlStatement[] }
  | {
      readonly action: 'executeStatement';
      readonly name: string;
      readonly params: readonly SqlValue[];
    }
  | { readonly action: 'export' };

const MAX_BODY_BYTES = 1_000_000;
const ACTIONS = ['query', 'execute', 'batch', 'executeStatement', 'export'];
const MAX_ROWS = 1000;
const MAX_RESPONSE_BYTES = 4_194_304;

/**
 * Parses the body of a SQL invocation. It is cut at a million bytes, so a longer one ends in the
 * middle of a text.
 */
export function readSqlRequest(body: Uint8Array): SqlRequest {
  const text = decodeText(body.slice(0, MAX_BODY_BYTES));
  const json = parseQuietly(text);
  if (!isJsonObject(json)) throw shape('invalid type, expected internally tagged enum SqlRequest');
  const action = json.get('action');
  if (action === undefined)
    throw shape(`missing field \`action\`${placeAfter(text, text.trimEnd())}`);
  if (typeof action !== 'string') throw shape('invalid type, expected variant identifier');
  switch (action) {
    case 'query':
      return { action, ...readStatement(json), ...readLimits(json) };
    case 'execute':
      return { action, ...readStatement(json), schema: readSchema(json.get('schema')) };
    case 'batch':
      return { action, statements: readStatements(required(json, 'statements')) };
    case 'executeStatement':
      return { action, name: readText(required(json, 'name')), params: readParams(json) };
    case 'export':
      return { action };
    default:
      throw unknownAction(text, action);
  }
}

function shape(problem: string): Refusal {
  return new Refusal(400, problem);
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw shape('invalid utf-8 sequence');
  }
}

function parseQuietly(text: string): Json {
  try {
    return parseJsonTree(text, { uniqueKeys: true });
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw shape(error.message);
    throw error;
  }
}

function unknownAction(text: string, action: string): Refusal {
  const known = ACTIONS.map((name) => `\`${name}\``).join(', ');
  const quoted = JSON.stringify(action);
  const upTo = text.slice(0, text.indexOf(quoted) + quoted.length);
  return shape(`unknown variant \`${action}\`, expected one of ${known}${placeAfter(text, upTo)}`);
}

function placeAfter(text: string, upTo: string): string {
  const lines = (upTo === '' ? text : upTo).split('\n');
  return ` at line ${lines.length} column ${Buffer.byteLength(lines.at(-1) ?? '')}`;
}

function required(object: JsonObject, field: string): Json {
  const value = object.get(field);
  if (value === undefined) throw shape(`missing field \`${field}\``);
  return value;
}

function readText(value: Json): string {
  if (typeof value !== 'string') throw shape(`invalid type: ${describe(value)}, expected a string`);
  return value;
}

/** Returns a value in the form of serde's errors. */
function describe(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return `integer \`${value}\``;
  if (typeof value === 'number') return `floating point \`${value}\``;
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  return isJsonArray(value) ? 'sequence' : 'map';
}

function readStatement(object: JsonObject): SqlStatement {
  return { sql: readText(required(object, 'sql')), params: readParams(object) };
}

function readStatements(value: Json): readonly SqlStatement[] {
  if (!isJsonArray(value)) throw shape(`invalid type: ${describe(value)}, expected a sequence`);
  return value.map((item) => {
    if (isJsonObject(item)) return readStatement(item);
    throw shape(`invalid type: ${describe(item)}, expected struct SqlStatement`);
  });
}

function readParams(object: JsonObject): readonly SqlValue[] {
  const list = object.get('params') ?? [];
  if (!isJsonArray(list) || object.get('params') === null) {
    throw shape(`invalid type: ${describe(object.get('params') ?? null)}, expected a sequence`);
  }
  return list.map((item) => {
    const value = sqlValueOf(item);
    if (value !== undefined) return value;
    throw shape(
      `invalid type: ${describe(item)}, expected a SQL value (null, integer, real, string, or byte array)`,
    );
  });
}

function readSchema(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) throw shape(`invalid type: ${describe(value)}, expected a sequence`);
  return value.map(readText);
}

function readLimits(object: JsonObject): { maxRows?: number; maxBytes?: number } {
  const maxRows = readLimit(object, 'maxRows', MAX_ROWS);
  const maxBytes = readLimit(object, 'maxBytes', MAX_RESPONSE_BYTES);
  return {
    ...(maxRows === undefined ? {} : { maxRows }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

function readLimit(object: JsonObject, field: string, most: number): number | undefined {
  const value = object.get(field) ?? null;
  if (value === null) return undefined;
  if (typeof value !== 'bigint') throw shape(`invalid type: ${describe(value)}, expected usize`);
  if (value < 0n) throw shape(`invalid value: ${describe(value)}, expected usize`);
  if (value < 1n || value > BigInt(most)) {
    throw new SqlError('invalid', `${field} must be between 1 and ${most}`);
  }
  return Number(value);
}
