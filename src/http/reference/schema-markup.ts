/**
 * Writes a JSON Schema the way a TypeScript type is written, with links to the schemas that have a
 * name.
 */
import type { JsonSchema } from '../openapi/components.js';
import { html, joinMarkup, type Markup } from '../pages/markup.js';

const REFERENCE = '#/components/schemas/';

/** Returns the id of the element that describes a named schema. */
export const anchorOf = (name: string): string => `schema-${name}`;

/** Returns the name that a schema refers to, or undefined if it is written in place. */
export const nameOf = ({ $ref: reference }: JsonSchema): string | undefined =>
  typeof reference === 'string' ? reference.slice(REFERENCE.length) : undefined;

/** Returns a link to a named schema. */
export const schemaLink = (name: string): Markup => html`<a href="#${anchorOf(name)}">${name}</a>`;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemasIn = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? value.filter(isSchema) : [];

/** Returns a schema as a type. `depth` is the number of steps by which its lines are indented. */
export function typeMarkup(schema: JsonSchema, depth = 0): Markup {
  const name = nameOf(schema);
  if (name !== undefined) return schemaLink(name);
  if ('const' in schema) return literal(schema['const']);
  const values: unknown = schema['enum'];
  if (Array.isArray(values)) return joinMarkup(values.map(literal), ' | ');
  const choices = schemasIn(schema['anyOf'] ?? schema['oneOf']);
  if (choices.length > 0) return union(choices, depth);
  switch (schema['type']) {
    case 'object':
      return objectType(schema, depth);
    case 'array':
      return arrayType(schema, depth);
    case 'integer':
      return html`integer`;
    case undefined:
      return html`unknown`;
    default:
      return html`${String(schema['type'])}`;
  }
}

const literal = (value: unknown): Markup =>
  html`<span class="literal">${JSON.stringify(value)}</span>`;

const union = (choices: readonly JsonSchema[], depth: number): Markup =>
  joinMarkup(
    choices.map((choice) => typeMarkup(choice, depth)),
    ' | ',
  );

function arrayType(schema: JsonSchema, depth: number): Markup {
  const prefix = schemasIn(schema['prefixItems']);
  if (prefix.length > 0) {
    return html`[${joinMarkup(
      prefix.map((each) => typeMarkup(each, depth)),
      ', ',
    )}]`;
  }
  const { items } = schema;
  const item = isSchema(items) ? typeMarkup(items, depth) : html`unknown`;
  const isSimple = isSchema(items) && !('anyOf' in items || 'oneOf' in items || 'enum' in items);
  return isSimple ? html`${item}[]` : html`(${item})[]`;
}

function objectType(schema: JsonSchema, depth: number): Markup {
  const { properties, required, additionalProperties } = schema;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const indent = '  '.repeat(depth + 1);
  const lines = Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, member]) =>
    isSchema(member) ? memberLines(name, member, needed.includes(name), depth + 1) : [],
  );
  if (isSchema(additionalProperties)) {
    lines.push(html`${indent}[name: string]: ${typeMarkup(additionalProperties, depth + 1)};`);
  }
  if (lines.length === 0) return html`{}`;
  return joinMarkup([html`{`, ...lines, html`${'  '.repeat(depth)}}`], '\n');
}

function memberLines(
  name: string,
  member: JsonSchema,
  isRequired: boolean,
  depth: number,
): Markup[] {
  const indent = '  '.repeat(depth);
  const remarks = [member['description'], ...boundsOf(member)].filter(
    (remark): remark is string => typeof remark === 'string',
  );
  return [
    ...remarks.map((remark) => html`${indent}<span class="remark">// ${remark}</span>`),
    html`${indent}${name}${isRequired ? '' : '?'}: ${typeMarkup(member, depth)};`,
  ];
}

/** Returns what a schema demands beyond its type, a sentence each. */
function boundsOf(schema: JsonSchema): readonly string[] {
  const { pattern, minLength, maxLength, maxItems, default: value } = schema;
  return [
    ...(typeof pattern === 'string' ? [`Matches ${pattern}`] : []),
    ...(typeof minLength === 'number' ? [`At least ${minLength} characters.`] : []),
    ...(typeof maxLength === 'number' ? [`At most ${maxLength} characters.`] : []),
    ...(typeof maxItems === 'number' ? [`At most ${maxItems} items.`] : []),
    ...(value === undefined ? [] : [`Default: ${JSON.stringify(value)}`]),
  ];
}
