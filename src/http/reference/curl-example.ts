import type { Components } from '../openapi/components.js';
import type { ContractRoute } from '../openapi/describe-route.js';
import { nameOf } from './schema-markup.js';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Returns the command line that calls a route. Capitals stand for what the caller fills in. */
export function curlFor(
  { endpoint, auth }: ContractRoute,
  components: Components,
  origin: string,
): string {
  const path = endpoint.path.replaceAll(/:([a-z]+)/gi, (_, name: string) => name.toUpperCase());
  const { method } = endpoint;
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${quoted(`${origin}${path}`)}`,
    ...(auth === 'session' ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...bodyOf(endpoint, components),
  ].join(' \\\n  ');
}

function bodyOf({ request }: ContractRoute['endpoint'], components: Components): readonly string[] {
  if (request === undefined) return [];
  const schema = components.schemaOf(request, 'input');
  const name = nameOf(schema);
  const { examples } = name === undefined ? schema : components.named(name);
  const [example]: readonly unknown[] = Array.isArray(examples) ? examples : [];
  return [
    "-H 'Content-Type: application/json'",
    `-d ${example === undefined ? '@request.json' : quoted(JSON.stringify(example))}`,
  ];
}
