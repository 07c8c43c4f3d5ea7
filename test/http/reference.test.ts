/** The browsable reference of the API: complete, escaped, and whole without a script. */
import { test } from '../test.js';
import { html } from '../../src/http/pages/markup.js';
import { typeMarkup } from '../../src/http/reference/schema-markup.js';
import { createWorld } from '../scenarios/world.js';

let text = '';
let headers = new Headers();
let operationIds: readonly string[] = [];
let schemaNames: readonly string[] = [];
let notModified = 0;

type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string }>>>>;
  readonly components: { readonly schemas: object };
};

test.before(async () => {
  const world = await createWorld();
  const response = await fetch(`${world.url}/reference`);
  headers = response.headers;
  text = await response.text();
  const again = await fetch(`${world.url}/reference`, {
    headers: { 'if-none-match': headers.get('etag')?.replace('W/', '') ?? '' },
  });
  notModified = again.status;
  const openApi = await fetch(`${world.url}/openapi.json`);
  const { paths, components } = (await openApi.json()) as Description;
  operationIds = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  schemaNames = Object.keys(components.schemas);
  await world.close();
});

const idsIn = (page: string): readonly string[] =>
  [...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);

test('the reference describes every operation and every schema of the description, once', (t) => {
  const ids = idsIn(text);
  t.true(operationIds.length > 35);
  for (const id of operationIds) t.is(ids.filter((each) => each === id).length, 1, id);
  for (const name of schemaNames) t.true(ids.includes(`schema-${name}`), name);
  t.is(new Set(ids).size, ids.length, 'no id stands twice');
});

test('every link within the reference leads somewhere', (t) => {
  const ids = new Set(idsIn(text));
  const targets = [...text.matchAll(/href="#([^"]+)"/g)].map(([, target = '']) => target);
  t.true(targets.length > 100);
  t.deepEqual(
    targets.filter((target) => !ids.has(target)),
    [],
  );
});

test('the reference has no script, cannot be embedded, and is not sent again unchanged', (t) => {
  t.notRegex(text, /<script|<noscript|javascript:| style=/);
  t.regex(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  t.is(headers.get('content-type'), 'text/html; charset=utf-8');
  t.is(notModified, 304);
});

test('the reference names the sessions, the codes and a command line of a route', (t) => {
  const section = (id: string): string =>
    new RegExp(`<article class="operation" id="${id}".*?</article>`, 's').exec(text)?.[0] ?? '';
  const sign = section('signWithKey');
  t.regex(sign, /the bearer token of a program/);
  t.regex(sign, /ERR_KEY_NOT_FOUND/);
  t.regex(sign, /curl -X POST &#x27;|curl -X POST '/);
  t.regex(sign, /-H &quot;Authorization: Bearer \$TOKEN&quot;/);
  const exported = section('exportKey');
  t.regex(exported, /session of a browser.*within the last five minutes/s);
  t.notRegex(exported, /curl/);
});

test('a type names its optional members, its bounds and its references', (t) => {
  const written = typeMarkup({
    type: 'object',
    required: ['id'],
    properties: {
      id: { $ref: '#/components/schemas/KeyId' },
      tags: { type: 'array', items: { type: 'string', maxLength: 5 }, maxItems: 3 },
      state: { anyOf: [{ enum: ['on', 'off'] }, { type: 'null' }], description: 'A <state>.' },
    },
  }).toString();
  t.is(
    written.replaceAll(/<\/?(?:span|a)[^>]*>/g, ''),
    `{
  id: KeyId;
  // At most 3 items.
  tags?: string[];
  // A &lt;state&gt;.
  state?: &quot;on&quot; | &quot;off&quot; | null;
}`,
  );
  t.regex(written, /<a href="#schema-KeyId">KeyId<\/a>/);
});

test('a text in a template is escaped, and markup in it is not escaped twice', (t) => {
  const hostile = `"><script>alert(1)</script>&`;
  const inner = html`<b title="${hostile}">${hostile}</b>`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;';
  t.is(
    html`<p>${inner}${[inner]}</p>`.toString(),
    `<p>${`<b title="${escaped}">${escaped}</b>`.repeat(2)}</p>`,
  );
});
