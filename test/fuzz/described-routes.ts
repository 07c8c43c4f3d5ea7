/** What the API description says of each route, as far as a fuzz needs it. */
import type { World } from '../scenarios/world.js';

/** JSON Schema, of which only these members are used. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
};

export type DescribedRoute = {
  readonly method: string;
  /** With the names of its parameters in braces. */
  readonly path: string;
  readonly query: readonly string[];
  readonly body: Schema | undefined;
};

type Parameter = { readonly in: string; readonly name: string };
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
};

const REFERENCE = /^#\/components\/schemas\/(.+)$/;

/** A schema without references; every schema of a request is a tree. */
function resolve(schema: Schema & { readonly $ref?: string }, named: NamedSchemas): Schema {
  const text = JSON.stringify(schema, (_name, value: unknown) => {
    const reference = (value as { readonly $ref?: string } | null)?.$ref;
    const [, name = ''] = REFERENCE.exec(reference ?? '') ?? [];
    return reference === undefined ? value : resolve(named[name] ?? {}, named);
  });
  return JSON.parse(text) as Schema;
}

type NamedSchemas = Readonly<Record<string, Schema>>;

export async function describedRoutes(world: World): Promise<readonly DescribedRoute[]> {
  const { body } = await world.call('GET', '/openapi.json');
  const { schemas } = body['components'] as { readonly schemas: NamedSchemas };
  const bodyOf = ({ requestBody }: Operation): Schema | undefined => {
    const schema = requestBody?.content['application/json']?.schema;
    return schema && resolve(schema, schemas);
  };
  const paths = body['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      query: (operation.parameters ?? [])
        .filter((each) => each.in === 'query')
        .map(({ name }) => name),
      body: bodyOf(operation),
    })),
  );
}
