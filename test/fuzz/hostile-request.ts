/** Requests near what a route takes, and far from it. */
import { pick, type Random } from '../attestation/mutators.js';
import type { DescribedRoute, Schema } from './described-routes.js';
import { hostileJson, hostileText, mutateBytes } from './hostile-values.js';
import type { RawRequest } from './send-raw.js';

/** A person of the fuzz, and texts that mean something to the service. */
export type Asker = {
  readonly token: string;
  readonly cookie: string;
  readonly origin: string;
  readonly ids: readonly string[];
  readonly known: readonly string[];
};

/** What Node's client would refuse to send is not what a server sees. */
const inHeader = (text: string): string => text.replaceAll(/[^\u0020-\u007e\u0080-\u00ff]/g, '?');

/** A percent sequence that is none is what clients cannot write, but sockets can. */
const RAW_PARTS = ['%', '%ff', '%00', '%2e%2e', '%2F', ';', ':', '..', '*', '%ED%A0%80', '{id}'];

function partFor(random: Random, { ids, known }: Asker): string {
  const kind = random();
  if (kind < 0.5) return encodeURIComponent(pick(random, ids));
  if (kind < 0.7) return pick(random, RAW_PARTS);
  return encodeURIComponent(hostileText(random, known).toWellFormed()).slice(0, 2_000) || 'x';
}

function queryFor(random: Random, names: readonly string[], { known }: Asker): string {
  const count = Math.floor(random() * 3);
  const pairs = Array.from({ length: count }, () => {
    const name = random() < 0.8 && names.length > 0 ? pick(random, names) : 'more';
    // A valid wait would make the fuzz wait too.
    const value =
      name === 'waitMs' ? pick(random, ['0', '1', '-1', '1e9', 'x']) : hostileText(random, known);
    return `${name}=${encodeURIComponent(value.toWellFormed()).slice(0, 2_000)}`;
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A value of a schema's form, with members now and then that are not. */
function valueFor(random: Random, schema: Schema, known: readonly string[]): unknown {
  if (random() < 0.12) return hostileJson(random, known);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueFor(random, pick(random, choices), known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(random, schema.enum);
  if (schema.properties !== undefined) return objectFor(random, schema, known);
  const [type] = [schema.type ?? 'null'].flat();
  switch (type) {
    case 'string':
      return random() < 0.6 ? pick(random, known) : hostileText(random, known);
    case 'boolean':
      return random() < 0.5;
    case 'number':
    case 'integer':
      return pick(random, [0, 1, -1, 5, 1.5, 2 ** 53, 42161]);
    case 'array':
      return Array.from({ length: Math.floor(random() * 4) }, () =>
        valueFor(random, schema.items ?? {}, known),
      );
    default:
      return hostileJson(random, known);
  }
}

function objectFor(
  random: Random,
  { properties = {}, required = [] }: Schema,
  known: readonly string[],
): unknown {
  const members = Object.entries(properties)
    .filter(([name]) => random() < (required.includes(name) ? 0.95 : 0.5))
    .map(([name, schema]) => [name, valueFor(random, schema, known)]);
  const more = random() < 0.05 ? [['__proto__', hostileJson(random, known)]] : [];
  return Object.fromEntries([...members, ...more]);
}

function bodyFor(
  random: Random,
  schema: Schema | undefined,
  known: readonly string[],
): Buffer | undefined {
  if (schema === undefined && random() < 0.8) return undefined;
  const text = JSON.stringify(valueFor(random, schema ?? {}, known)) ?? '';
  const kind = random();
  if (kind < 0.75) return Buffer.from(text);
  if (kind < 0.9) return Buffer.from(mutateBytes(random, Buffer.from(text)));
  if (kind < 0.94) return Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  if (kind < 0.97) return Buffer.from(JSON.stringify('x'.repeat(70_000)));
  return Buffer.from([0xff, 0xfe, 0x00, 0xd8]);
}

const CONTENT_TYPES = [
  'application/json; charset=utf-16',
  'application/json; charset=x"',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
];

function credentialFor(
  random: Random,
  { token, cookie, origin, known }: Asker,
): Record<string, string> {
  const kind = random();
  if (kind < 0.45) return { authorization: `Bearer ${token}` };
  if (kind < 0.8) return { cookie, origin, 'sec-fetch-site': 'same-origin' };
  if (kind < 0.9)
    return { authorization: inHeader(hostileText(random, [`Bearer ${token}`])).trim() };
  return kind < 0.95 ? { cookie: inHeader(hostileText(random, [cookie, ...known])).trim() } : {};
}

function headersFor(
  random: Random,
  asker: Asker,
  body: Buffer | undefined,
): Record<string, string> {
  const type = random() < 0.9 ? 'application/json' : pick(random, CONTENT_TYPES);
  const odd: readonly Record<string, string>[] = [
    { 'content-encoding': pick(random, ['gzip', 'br', 'x']) },
    {
      'x-forwarded-for': inHeader(hostileText(random, ['192.0.2.1']))
        .trim()
        .slice(0, 500),
    },
    {
      'if-none-match': inHeader(hostileText(random, ['"x"', '*']))
        .trim()
        .slice(0, 500),
    },
    { 'last-event-id': pick(random, ['0', '-1', 'x', '999999999999999999999']) },
    { accept: pick(random, ['text/event-stream', 'image/png', '*/*;q=x']) },
  ];
  return {
    ...credentialFor(random, asker),
    ...(body === undefined ? {} : { 'content-type': type, 'content-length': String(body.length) }),
    ...(random() < 0.15 ? pick(random, odd) : {}),
  };
}

/** A request for a route; the same for the same numbers and asker. */
export function hostileRequest(random: Random, route: DescribedRoute, asker: Asker): RawRequest {
  const body = bodyFor(random, route.body, asker.known);
  const path = route.path.replaceAll(/\{[a-zA-Z]+\}/g, () => partFor(random, asker));
  return {
    method: random() < 0.97 ? route.method : pick(random, ['PUT', 'HEAD', 'OPTIONS', 'TRACE']),
    path: `${path}${queryFor(random, route.query, asker)}`,
    headers: headersFor(random, asker, body),
    body,
  };
}
