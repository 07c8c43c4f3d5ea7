/** The description of the API: valid by a public linter, complete, and each schema written once. */
import { createConfig, lintFromString, stringifyYaml } from '@redocly/openapi-core';
import { loadEndpoints } from '../../scripts/docs/contract-endpoints.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { createWorld } from '../scenarios/world.js';
import { test } from '../test.js';

type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, Response>>;
};
type Response = {
  readonly content?: Readonly<
    Record<string, { readonly schema: { readonly allOf?: readonly Schema[] } }>
  >;
};
type Schema = { readonly properties?: { readonly code: { readonly enum: readonly string[] } } };
type Description = {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};

let text = '';
let description: Description;

test.before(async () => {
  const world = await createWorld();
  const response = await fetch(`${world.url}/openapi.json`);
  text = await response.text();
  description = JSON.parse(text) as Description;
  await world.close();
});

const operations = (): readonly (readonly [name: string, Operation])[] =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );

test('a public linter finds nothing wrong with the description', async (t) => {
  const config = await createConfig({ extends: ['recommended'] });
  const source = stringifyYaml(JSON.parse(text));
  const problems = await lintFromString({ source, config });
  // The service of this test is on loopback, and names itself.
  t.deepEqual(
    problems
      .filter(({ ruleId }) => ruleId !== 'no-server-example.com')
      .map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    [],
  );
});

test('every endpoint of the contract is described, with its statuses, and nothing else is', async (t) => {
  const expected = (await loadEndpoints()).map(({ id, method, path, replies, stream }) => [
    `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    id,
    [...new Set([...Object.keys(replies), ...(stream === undefined ? [] : ['200'])])],
  ]);
  const found = operations().map(([name, { operationId, responses }]) => [
    name,
    operationId,
    Object.keys(responses).filter((status) => status.startsWith('2')),
  ]);
  t.deepEqual(found.map(String).toSorted(), expected.map(String).toSorted());
  t.is(new Set(found.map(([, id]) => id)).size, expected.length);
});

test('each problem code stands under its own status', (t) => {
  let count = 0;
  for (const [name, { responses }] of operations()) {
    for (const [status, { content }] of Object.entries(responses)) {
      const [, codes] = content?.['application/problem+json']?.schema.allOf ?? [];
      for (const code of codes?.properties?.code.enum ?? []) {
        count += 1;
        t.is(
          String((ERROR_TABLE as Record<string, { status: number }>)[code]?.status),
          status,
          `${name} ${code}`,
        );
      }
    }
  }
  t.true(count > 200);
});

test('a schema with a name is written once, and referred to where it is used', (t) => {
  const { Key, Account } = description.components.schemas;
  t.truthy(Key);
  t.like(Account, { properties: { keys: { items: { $ref: '#/components/schemas/Key' } } } });
  t.is(text.split('"archivedAt"').length, 2);
});

test('the description names the origin of the service', (t) => {
  t.deepEqual(description.servers, [{ url: 'http://localhost:3001' }]);
});
