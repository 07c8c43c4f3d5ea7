/** Tests the served pages: a fixed list, readable, and with no more permissions than they need. */
import { readdirSync } from 'node:fs';
import { test } from '../test.js';
import { pageDocument } from '../../src/http/pages/page-document.js';
import { readPageFiles } from '../../src/http/pages/page-files.js';
import { createWorld, type World } from '../scenarios/world.js';

const DIST = new URL('../../browser/src/', import.meta.url);

const get = (world: World, path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.url}${path}`, { headers, redirect: 'manual' });

/** Returns the paths of the compiled modules. */
function compiledModules(): readonly string[] {
  return ['wire', 'client', 'pages', 'widget', 'account-page'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, DIST), { recursive: true })
      .map((name) => `/${folder}/${String(name)}`)
      .filter((path) => path.endsWith('.js')),
  );
}

const STYLES = [
  '/pages/tokens.css',
  '/pages/common.css',
  '/pages/base.css',
  '/pages/reference.css',
  '/widget/widget.css',
  '/account-page/account.css',
];
const FILES = [
  ...compiledModules(),
  '/languages/message.js',
  '/client.js',
  ...STYLES,
  '/pages/favicon.svg',
];

test('every compiled module is served readable, and the pages stay under 360 kB', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  let bytes = 0;
  for (const path of [...FILES, '/widget/', '/account']) {
    const response = await get(world, path);
    t.is(response.status, 200, path);
    const text = await response.text();
    // The client is part of the apps' pages and not of ours.
    if (!path.startsWith('/client')) bytes += Buffer.byteLength(text);
    t.true(
      text.split('\n').every((line) => line.length < 1_000),
      `${path} is readable`,
    );
    t.notRegex(text, /sourceMappingURL|eval\(|innerHTML|document\.write/, path);
    t.is(response.headers.get('x-content-type-options'), 'nosniff', path);
    t.is(response.headers.get('referrer-policy'), 'no-referrer', path);
  }
  t.true(bytes < 360_000, `${bytes} bytes`);
});

test('every import of a module is served', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const path of FILES.filter((each) => each.endsWith('.js'))) {
    const text = await (await get(world, path)).text();
    for (const [, from = ''] of text.matchAll(/ from '([^']+)'/g)) {
      t.true(from.startsWith('.'), `${path} -> ${from}`);
      t.true(FILES.includes(new URL(from, `http://x${path}`).pathname), `${path} -> ${from}`);
    }
  }
});

/** Returns the paths of all modules that a module imports, directly or through others. */
async function importsOf(world: World, entry: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    const text = await (await get(world, path)).text();
    for (const [, from = ''] of text.matchAll(/ from '([^']+)'/g)) {
      const { pathname } = new URL(from, `http://x${path}`);
      if (found.has(pathname)) continue;
      found.add(pathname);
      await visit(pathname);
    }
  };
  await visit(entry);
  return found;
}

test('a page names its mark and every module that its script imports, and the account page paints a heading without its script', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const [page, script] of [
    ['/widget/', '/widget/main.js'],
    ['/account', '/account-page/main.js'],
  ] as const) {
    const text = await (await get(world, page)).text();
    const named = [...text.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(
      ([, path]) => path,
    );
    t.deepEqual(named, [...(await importsOf(world, script))].toSorted(), page);
    t.true(text.includes('<link rel="icon" href="/pages/favicon.svg" type="image/svg+xml">'), page);
  }
  t.regex(await (await get(world, '/account')).text(), /<h1>Your account<\/h1>/);
  const mark = await get(world, '/pages/favicon.svg');
  t.is(mark.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
});

test('pages of other origins may load only what apps import', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const path of FILES) {
    const { headers } = await get(world, path, { origin: 'https://app.example' });
    const isShared = /^\/(?:client|wire)\b/.test(path);
    const policy = isShared ? 'cross-origin' : 'same-origin';
    t.is(headers.get('access-control-allow-origin'), isShared ? '*' : null, path);
    t.is(headers.get('cross-origin-resource-policy'), policy, path);
    t.is(headers.get('set-cookie'), null, path);
  }
});

test('a page may be embedded by the configured apps and loads only its own parts', async (t) => {
  const world = await createWorld({
    env: { APP_ORIGINS: 'https://one.example,https://two.example:8443' },
  });
  t.teardown(() => world.close());
  const { headers } = await get(world, '/widget/');
  const policy = headers.get('content-security-policy') ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'frame-ancestors https://one.example https://two.example:8443',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    t.true(policy.split('; ').includes(part), part);
  }
  t.notRegex(policy, /unsafe|\*/);
  t.regex(headers.get('permissions-policy') ?? '', /publickey-credentials-get=\(self\)/);
  t.is(headers.get('x-frame-options'), null);
});

test('without configured apps no page can be embedded', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const { headers } = await get(world, '/widget/');
  t.regex(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  t.is(headers.get('x-frame-options'), 'DENY');
});

test('the page contains the settings of the deployment and no inline script', async (t) => {
  const world = await createWorld({ env: { APP_ORIGINS: 'https://one.example' } });
  t.teardown(() => world.close());
  const text = await (await get(world, '/widget/')).text();
  t.regex(text, /<meta name="sealwright:app-origins" content="https:\/\/one\.example">/);
  t.regex(text, /<meta name="sealwright:simulated" content="yes">/);
  t.deepEqual(
    [...text.matchAll(/<script([^>]*)>([^<]*)/g)].map(([, attributes, body]) => [attributes, body]),
    [[' type="module" src="/widget/main.js"', '']],
  );
  t.notRegex(text, /<style| style=| on[a-z]+=/);
});

test('a table of messages cannot end its element', (t) => {
  const document = pageDocument({
    title: 'x',
    language: 'de',
    messages: { Hello: '</script><script>alert(1)</script>' },
    settings: {},
    styles: [],
    root: '',
  });
  t.regex(document, /^<!doctype html>\n<html lang="de">/);
  t.is(document.split('</script>').length, 2);
  const [, json = ''] = /id="messages">([^<]*)</.exec(document) ?? [];
  t.deepEqual(JSON.parse(json), { Hello: '</script><script>alert(1)</script>' });
});

test('unchanged files are not sent again', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const path of ['/widget/', '/client.js', '/pages/base.css']) {
    const etag = (await get(world, path)).headers.get('etag') ?? '';
    t.regex(etag, /^W\/"[\w-]{43}"$/, path);
    for (const condition of [etag, `"other", ${etag}`, etag.replace('W/', '')]) {
      const same = await get(world, path, { 'if-none-match': condition });
      t.is(same.status, 304, path);
      t.is(await same.text(), '');
      t.is(same.headers.get('etag'), etag);
    }
    t.is((await get(world, path, { 'if-none-match': '"other"' })).status, 200);
  }
});

test('only listed files are served', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const path of [
    '/widget/nothing.js',
    '/widget/main.ts',
    '/widget/main.d.ts',
    '/widget/main.js.map',
    '/widget/%2e%2e/main.js',
    '/widget/..%2f..%2fmain.js',
    '/wire/',
    '/client/',
    '/client',
    '/widget/screens/',
  ]) {
    t.is((await get(world, path)).status, 404, path);
  }
  const changed = await fetch(`${world.url}/client.js`, { method: 'POST' });
  t.is(changed.status, 405);
});

test('a service worker receives no script', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const path of [...FILES, '/widget/']) {
    const { status, body } = await world.call('GET', path, {
      headers: { 'service-worker': 'script' },
    });
    t.is(status, 403, path);
    t.is(body['code'], 'ERR_SERVICE_WORKER', path);
  }
});

test('a service without built pages does not start', (t) => {
  const empty = new URL('no-such-folder/', import.meta.url);
  t.throws(() => readPageFiles(empty), { code: 'ERR_PAGES_MISSING' });
});

test('security.txt contains the configured contact and does not exist without one', async (t) => {
  const world = await createWorld({ env: { SECURITY_CONTACT: 'mailto:security@op.example' } });
  const other = await createWorld();
  t.teardown(() => Promise.all([world.close(), other.close()]));
  const answer = await get(world, '/.well-known/security.txt');
  t.is(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  const fields = new Map(
    (await answer.text()).split('\n').map((line) => line.split(': ', 2) as [string, string]),
  );
  t.is(fields.get('Contact'), 'mailto:security@op.example');
  t.true(Date.parse(fields.get('Expires') ?? '') > Date.now());
  t.is((await get(other, '/.well-known/security.txt')).status, 404);
});

test('the bare address leads to the account page, and password managers find it', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const [path, location] of [
    ['/', '/account'],
    ['/account/', '/account'],
    ['/widget', '/widget/'],
  ] as const) {
    const answer = await fetch(`${world.url}${path}`, { redirect: 'manual' });
    t.is(answer.status, 302, path);
    t.is(answer.headers.get('location'), location);
  }
  const answer = await get(world, '/.well-known/passkey-endpoints');
  t.regex(answer.headers.get('content-type') ?? '', /^application\/json/);
  const page = 'http://localhost:3001/account';
  t.deepEqual(await answer.json(), { enroll: page, manage: page });
});

test('a page is compressed for those who accept it, and known to both by one tag', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const ask = (encoding: string, headers: Record<string, string> = {}) =>
    get(world, '/account', { 'accept-encoding': encoding, ...headers });
  const plain = await ask('identity');
  t.is(plain.headers.get('content-encoding'), null);
  t.is(plain.headers.get('vary'), 'Accept-Language, Accept-Encoding');
  const text = await plain.text();
  for (const encoding of ['gzip', 'br, gzip;q=0.5', 'GZIP']) {
    const packed = await ask(encoding);
    t.is(packed.headers.get('content-encoding'), 'gzip', encoding);
    t.true(Number(packed.headers.get('content-length')) < text.length / 2, encoding);
    t.is(await packed.text(), text);
    const tag = packed.headers.get('etag') ?? '';
    t.is((await ask(encoding, { 'if-none-match': tag })).status, 304);
  }
  for (const encoding of ['gzip;q=0', 'gzip; q=0.0', 'br', '']) {
    t.is((await ask(encoding)).headers.get('content-encoding'), null, encoding);
  }
});
