/** Tests access: every route of the API description, for every kind of caller. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { createWorld, type RawAnswer, type World } from './world.js';
import { OWN_ORIGIN, signedInBrowser } from './wallet-browser.js';

type Described = {
  readonly method: string;
  readonly path: string;
  readonly needsSession: boolean;
};

const isEmpty = (requirement: object): boolean => Object.keys(requirement).length === 0;

async function describedRoutes(world: World): Promise<readonly Described[]> {
  const { body } = await world.call('GET', '/openapi.json');
  const paths = body['paths'] as Record<
    string,
    Record<string, { readonly security: readonly object[] }>
  >;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path,
      // An empty requirement means that the route also answers without a session.
      needsSession: security.length > 0 && !security.some(isEmpty),
    })),
  );
}

// The public routes: health, evidence, the description, sign-in, and whether someone is signed in.
const PUBLIC = [
  'GET /api/auth/session',
  'GET /attestation',
  'GET /attestation/{statementHash}',
  'GET /healthz',
  'GET /openapi.json',
  'GET /readyz',
];
const isWayIn = (name: string): boolean =>
  /^POST \/api\/auth\/(?:siwe|passkey|recovery)\//.test(name);

const at = (path: string, id: string): string => path.replace(/\{[a-zA-Z]+\}/, id);

const SESSION_CODES = new Set([
  'ERR_SESSION_INVALID',
  'ERR_SESSION_EXPIRED',
  'ERR_ORIGIN_REFUSED',
  'ERR_BEARER_IN_BROWSER',
]);

test('a route requires a session unless it is listed as public', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const open = (await describedRoutes(world))
    .filter(({ needsSession }) => !needsSession)
    .map(({ method, path }) => `${method} ${path}`)
    .filter((name) => !isWayIn(name));
  t.deepEqual(open.toSorted(), PUBLIC);
});

test('every route refuses callers without access before it reads anything', async (t) => {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs });
  t.teardown(() => world.close());
  const routes = (await describedRoutes(world)).filter(({ needsSession }) => needsSession);
  t.true(routes.length >= 20, String(routes.length));
  const expired = await world.person();
  const expiredCookie = await signedInBrowser(world);
  offsetMs += 86_400_000;
  const person = await world.person();
  const browser = await signedInBrowser(world, person.wallet);
  const revoked = await world.person();
  await world.call('POST', '/api/auth/sign-out', { token: revoked.token });
  const cookie = browser.cookie ?? '';
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const callers: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['nobody', {}, 'ERR_SESSION_INVALID'],
    [
      'nobody, from our page',
      { origin: OWN_ORIGIN, 'sec-fetch-site': 'same-origin' },
      'ERR_SESSION_INVALID',
    ],
    ['an expired bearer', bearer(expired.token), 'ERR_SESSION_EXPIRED'],
    ['a revoked bearer', bearer(revoked.token), 'ERR_SESSION_INVALID'],
    ['a malformed bearer', bearer('swt_x'), 'ERR_SESSION_INVALID'],
    ['another scheme', { authorization: `Basic ${person.token}` }, 'ERR_SESSION_INVALID'],
    [
      'an expired cookie',
      { cookie: expiredCookie.cookie ?? '', origin: OWN_ORIGIN, 'sec-fetch-site': 'same-origin' },
      'ERR_SESSION_EXPIRED',
    ],
    [
      'a cookie from another origin',
      { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      'ERR_ORIGIN_REFUSED',
    ],
    ['a cookie from nowhere', { cookie }, 'ERR_ORIGIN_REFUSED'],
  ];
  for (const { method, path } of routes) {
    for (const [who, headers, code] of callers) {
      const answer = await world.raw(method, at(path, person.keyId), headers, undefined);
      t.is(answer.body['code'], code, `${method} ${path} by ${who}`);
      t.is(answer.status, code === 'ERR_ORIGIN_REFUSED' ? 403 : 401);
    }
  }
});

test('callers with access are accepted, a program by bearer and a browser by cookie from our page', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const routes = (await describedRoutes(world)).filter(({ needsSession }) => needsSession);
  for (const { method, path } of routes) {
    // Some routes end the session or the account, so each uses a different person.
    const person = await world.person();
    const browser = await signedInBrowser(world);
    const asProgram = { authorization: `Bearer ${person.token}` };
    const asBrowser = {
      cookie: browser.cookie ?? '',
      origin: OWN_ORIGIN,
      'sec-fetch-site': 'same-origin',
    };
    const calls = [
      [asProgram, person.keyId],
      [asBrowser, browser.keyId],
    ] as const;
    for (const [headers, keyId] of calls) {
      const url = at(path, keyId);
      // A stream stays open, so only its opening is checked.
      if (path.endsWith('/events')) {
        const stop = new AbortController();
        const { status } = await fetch(`${world.url}${url}`, {
          headers: { authorization: `Bearer ${person.token}` },
          signal: stop.signal,
        });
        stop.abort();
        t.is(status, keyId === person.keyId ? 200 : 404);
        continue;
      }
      const answer = await world.raw(method, url, headers, undefined);
      t.false(SESSION_CODES.has(String(answer.body['code'])), `${method} ${path}`);
      t.true(answer.status < 500, `${method} ${path}: ${answer.text}`);
    }
  }
});

/** Returns what a caller sees, without what differs between any two responses. */
const shapeOf = ({ status, body }: RawAnswer): string => {
  const { requestId: _requestId, ...rest } = body;
  return JSON.stringify({ status, ...rest });
};

async function costOf(
  world: World,
  call: () => Promise<RawAnswer>,
): Promise<{ shape: string; reads: number }> {
  const before = await world.counter('document_reads');
  const answer = await call();
  return { shape: shapeOf(answer), reads: (await world.counter('document_reads')) - before };
}

const BODIES: Readonly<Record<string, unknown>> = {
  'PATCH /api/keys/{id}': { label: 'x' },
  'POST /api/keys/{id}/sign': { message: 'hello' },
  'POST /api/keys/{id}/reviews': { message: 'hello', appOrigin: 'https://app.example' },
  'POST /api/keys/{id}/export': { passphrase: 'correct horse battery', confirmation: 'export x' },
  'PATCH /api/account/credentials/{id}': { name: 'x' },
};

async function expectSamePath(t: ExecutionContext, world: World): Promise<void> {
  const person = await world.person();
  const stranger = await world.person();
  const theirs = await world.call('GET', '/api/account/credentials', { token: stranger.token });
  const [credential] = theirs.body['credentials'] as { id: string }[];
  const sessions = await world.call('GET', '/api/account/sessions', { token: stranger.token });
  const [session] = sessions.body['sessions'] as { id: string }[];
  const foreignId = (path: string): string =>
    path.includes('credentials')
      ? (credential?.id ?? '')
      : path.includes('sessions')
        ? (session?.id ?? '')
        : stranger.keyId;
  const routes = (await describedRoutes(world)).filter(
    ({ needsSession, path }) => needsSession && path.includes('{id}'),
  );
  t.true(routes.length >= 12);
  // A browser with a recent sign-in is the only caller that may request every change.
  const browser = await signedInBrowser(world, person.wallet);
  const headers = {
    cookie: browser.cookie ?? '',
    origin: OWN_ORIGIN,
    'sec-fetch-site': 'same-origin',
  };
  for (const { method, path } of routes) {
    const foreign = foreignId(path);
    const unknown = `${foreign.slice(0, -3)}zzz`;
    const ask = (id: string) =>
      costOf(world, () => world.raw(method, at(path, id), headers, BODIES[`${method} ${path}`]));
    const known = await ask(foreign);
    t.deepEqual(await ask(unknown), known, `${method} ${path}`);
    t.true(known.shape.includes('"status":404'), `${method} ${path}: ${known.shape}`);
  }
}

testOfOneProcess(
  'It counts what one process has done.',
  'the id of another user and an unknown id have the same response by the same path',
  async (t) => {
    const world = await createWorld({ env: { APP_ORIGINS: 'https://app.example' } });
    t.teardown(() => world.close());
    await expectSamePath(t, world);
  },
);

test('anyone may ask whether they are signed in, and only the holder of a session gets keys', async (t) => {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs });
  t.teardown(() => world.close());
  const expired = await world.person();
  offsetMs += 86_400_000;
  const person = await world.person();
  const { cookie = '' } = await signedInBrowser(world, person.wallet);
  const ask = (headers: Readonly<Record<string, string>>): Promise<RawAnswer> =>
    world.raw('GET', '/api/auth/session', headers, undefined);
  const nobody = { signedIn: false, keys: [] };
  for (const headers of [{}, { authorization: 'Bearer swt_x' }]) {
    const { status, body } = await ask(headers);
    t.is(status, 200);
    t.deepEqual(body, nobody);
  }
  t.deepEqual((await ask({ authorization: `Bearer ${expired.token}` })).body, nobody);
  for (const headers of [
    { authorization: `Bearer ${person.token}` },
    { cookie, 'sec-fetch-site': 'same-origin' },
  ]) {
    const { body } = await ask(headers);
    t.like(body, { signedIn: true, keys: [{ id: person.keyId, address: person.address }] });
  }
  const elsewhere = await ask({ cookie, 'sec-fetch-site': 'cross-site' });
  t.is(elsewhere.body['code'], 'ERR_ORIGIN_REFUSED');
});
