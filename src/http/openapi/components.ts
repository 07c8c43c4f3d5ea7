import { z } from 'zod';

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type JsonSchema = { readonly [member: string]: unknown };

/**
 * Collects the named schemas of a document. A schema with an id is written once under
 * `components.schemas`, and all others refer to it. Throws TypeError if one id names two different
 * schemas.
 */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /** Returns the schema of what a caller sends (`input`) or receives (`output`). */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const written = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    const { $schema: _dialect, $defs = {}, ...rest } = written;
    for (const [id, definition] of Object.entries($defs)) this.#add(id, refer(definition));
    return refer(rest);
  }

  /** Returns a named schema. Throws TypeError if no schema with that name was met. */
  named(id: string): JsonSchema {
    const schema = this.#schemas.get(id);
    if (schema === undefined) throw new TypeError(`no schema is called ${id}`);
    return schema;
  }

  /** Returns every named schema, by its name. */
  all(): { readonly [id: string]: JsonSchema } {
    const names = [...this.#schemas.keys()].toSorted();
    return Object.fromEntries(names.map((id) => [id, this.#schemas.get(id) ?? {}]));
  }

  #add(id: string, schema: JsonSchema): void {
    const known = this.#schemas.get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new TypeError(`two schemas are called ${id}`);
    }
    this.#schemas.set(id, schema);
  }
}

/** Rewrites references to point at the components of the document. */
function refer(schema: object): JsonSchema {
  const members = Object.entries(schema).map(([name, value]: [string, unknown]) => [
    name,
    name === '$ref' && typeof value === 'string'
      ? value.replace('#/$defs/', '#/components/schemas/')
      : referIn(value),
  ]);
  return Object.fromEntries(members);
}

function referIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referIn);
  return typeof value === 'object' && value !== null ? refer(value) : value;
}
