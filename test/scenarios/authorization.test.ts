/**
 * Tests over HTTP which sessions may change what: every route with a change, also when its body
 * arrives late.
 */
import { request } from 'node:http';
import { Wallet } from 'ethers';
import { test } from '../test.js';
import { until } from '../until.js';
import { createWorld, type World } from './world.js';
import { OWN_ORIGIN, signedInBrowser, type WalletBrowser } from './wallet-browser.js';

type Needs = { readonly transport: string; readonly freshness: string };

const READ = 'any any';

/**
 * Every route with a session and its requirements, written out: a row that loses its rule fails
 * here.
 */
const NEEDS: Readonly<Record<string, string>> = {
  'GET /api/account': READ,
  'PATCH /api/account': READ,
  'DELETE /api/account': 'browser recent',
  'GET /api/account/audit': READ,
  'GET /api/account/credentials': READ,
  'PATCH /api/account/credentials/{id}': 'browser any',
  'DELETE /api/account/credentials/{id}': 'browser recent',
  'POST /api/account/credentials/{id}/unblock': 'browser recent',
  'POST /api/account/credentials/wallet/challenge': 'browser recent-or-recovered',
  'POST /api/account/credentials/wallet/verify': 'browser recent-or-recovered',
  'POST /api/account/recovery-codes': 'browser recent',
  'POST /api/keys/{id}/export': 'browser recent',
  'GET /api/account/sessions': READ,
  'DELETE /api/account/sessions': READ,
  'DELETE /api/account/sessions/{id}': READ,
  'GET /api/apps': READ,
  'POST /api/apps/stop': 'browser any',
  'POST /api/auth/sign-out': READ,
  'POST /api/delegate/sign': READ,
  'GET /api/keys': READ,
  'POST /api/keys': READ,
  'GET /api/keys/{id}': READ,
  'PATCH /api/keys/{id}': READ,
  'POST /api/keys/{id}/archive': READ,
  'POST /api/keys/{id}/unarchive': READ,
  'POST /api/keys/{id}/reviews': READ,
  'POST /api/keys/{id}/sign': READ,
  'GET /api/keys/{id}/bootstrap': READ,
  'GET /api/keys/{id}/bootstrap/events': READ,
  'GET /api/keys/{id}/bootstrap/receipt': READ,
  'POST /api/keys/{id}/bootstrap/retry': READ,
};

async function describedNeeds(world: World): Promise<Record<string, string>> {
  const { body } = await world.call('GET', '/openapi.json');
  const paths = body['paths'] as Record<string, Record<string, { 'x-session'?: Needs }>>;
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { 'x-session': needs }]) =>
      needs === undefined
        ? []
        : [[`${method.toUpperCase()} ${path}`, `${needs.transport} ${needs.freshness}`] as const],
    ),
  );
  return Object.fromEntries(rows);
}

const partsOf = (name: string, keyId: string): readonly [method: string, path: string] => {
  const [method = '', path = ''] = name.split(' ');
  return [method, path.replace('{id}', keyId)];
};

test('each route requires of its session what the table states', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  t.deepEqual(await describedNeeds(world), NEEDS);
});

test('a program and a browser without a recent sign-in are refused exactly where the table states it', async (t) => {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs });
  t.teardown(() => world.close());
  for (const [name, needs] of Object.entries(NEEDS)) {
    if (name.endsWith('/events')) continue;
    const browser = await signedInBrowser(world);
    const program = await world.person(browser.wallet);
    const [method, path] = partsOf(name, browser.keyId);
    const asProgram = await world.call(method, path, { token: program.token });
    t.is(
      asProgram.body['code'] === 'ERR_SESSION_TRANSPORT',
      needs.startsWith('browser'),
      `${name} by a program: ${String(asProgram.body['code'])}`,
    );
    offsetMs += 5 * 60_000;
    const asStale = await browser.call(method, path);
    t.is(
      asStale.body['code'] === 'ERR_STEP_UP_REQUIRED',
      !needs.endsWith(' any'),
      `${name} by a browser of five minutes ago: ${String(asStale.body['code'])}`,
    );
  }
});

test('a program cannot turn on a preference, however recent its sign-in is, and may turn off each', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const { token } = await world.person();
  const set = async (body: object) => {
    const answer = await world.call('PATCH', '/api/account', { token, body });
    return answer.body['code'] ?? answer.status;
  };
  t.is(await set({ autoSignEnabled: false }), 200);
  t.is(await set({ autoSignEnabled: true }), 'ERR_SESSION_TRANSPORT');
  t.is(await set({ delegateSignEnabled: true }), 'ERR_SESSION_TRANSPORT');
  const { body } = await world.call('GET', '/api/account', { token });
  t.like(body, { autoSignEnabled: false, delegateSignEnabled: false });
});

test('a stolen token of a program cannot add or remove a wallet and cannot delete the account', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const owner = await signedInBrowser(world);
  const { token } = await world.person(owner.wallet);
  const { body } = await world.call('GET', '/api/account/credentials', { token });
  const [credential] = body['credentials'] as { id: string }[];
  const thief = Wallet.createRandom();
  // A challenge that the owner's browser requested does not help the program either.
  const asked = await owner.call('POST', '/api/account/credentials/wallet/challenge', {
    address: thief.address,
  });
  const message = String(asked.body['message']);
  const attempts = [
    ['POST', '/api/account/credentials/wallet/challenge', { address: thief.address }],
    [
      'POST',
      '/api/account/credentials/wallet/verify',
      { message, signature: await thief.signMessage(message) },
    ],
    ['DELETE', `/api/account/credentials/${credential?.id}`, undefined],
    ['DELETE', '/api/account', undefined],
  ] as const;
  for (const [method, path, sent] of attempts) {
    const answer = await world.call(method, path, {
      token,
      ...(sent === undefined ? {} : { body: sent }),
    });
    t.is(answer.body['code'], 'ERR_SESSION_TRANSPORT', `${method} ${path}`);
  }
  t.is((await owner.signIn()).status, 200);
});

/**
 * Sends the headers and the first byte of a request. `finish` sends the rest, and resolves to the
 * code or status.
 */
function beginRequest(
  world: World,
  browser: WalletBrowser,
  name: string,
  body: unknown,
): { readonly sent: Promise<void>; readonly finish: () => Promise<unknown> } {
  const [method, path] = partsOf(name, browser.keyId);
  const text = JSON.stringify(body);
  const out = request(new URL(path, world.url), {
    method,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      cookie: browser.cookie ?? '',
      origin: OWN_ORIGIN,
      'sec-fetch-site': 'same-origin',
    },
  });
  const answered = new Promise<unknown>((resolve, reject) => {
    out.on('error', reject);
    out.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const said = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { code?: string };
        resolve(said.code ?? response.statusCode);
      });
    });
  });
  const sent = new Promise<void>((resolve) => void out.write(text.slice(0, 1), () => resolve()));
  return {
    sent,
    finish: () => {
      out.end(text.slice(1));
      return answered;
    },
  };
}

/** Returns, for each route with a body, one that it accepts from this browser's person. */
async function bodiesFor(browser: WalletBrowser): Promise<Readonly<Record<string, unknown>>> {
  const thief = Wallet.createRandom();
  const asked = await browser.call('POST', '/api/account/credentials/wallet/challenge', {
    address: thief.address,
  });
  const message = String(asked.body['message']);
  const { body } = await browser.call('GET', '/api/account/credentials');
  const [credential] = body['credentials'] as { id: string }[];
  return {
    'PATCH /api/account': { delegateSignEnabled: true },
    [`PATCH /api/account/credentials/${credential?.id}`]: { name: 'Renamed' },
    'POST /api/account/credentials/wallet/challenge': { address: thief.address },
    'POST /api/account/credentials/wallet/verify': {
      message,
      signature: await thief.signMessage(message),
    },
    'POST /api/apps/stop': { origin: 'https://app.example' },
    'POST /api/keys': { label: 'Second' },
    'PATCH /api/keys/{id}': { label: 'Renamed' },
    'POST /api/keys/{id}/sign': { message: 'hello' },
    'POST /api/keys/{id}/export': {
      passphrase: 'correct horse battery staple',
      confirmation: 'export Main',
    },
    'POST /api/keys/{id}/reviews': { message: 'hello', appOrigin: 'https://app.example' },
    'POST /api/delegate/sign': {
      address: browser.address,
      chainId: 1,
      message: 'hello',
      type: 'message',
    },
  };
}

/** Returns the routes with a body, according to the API description. */
async function routesWithBody(world: World): Promise<readonly string[]> {
  const { body } = await world.call('GET', '/openapi.json');
  const paths = body['paths'] as Record<
    string,
    Record<string, { 'x-session'?: Needs; readonly requestBody?: unknown }>
  >;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, each]) => each['x-session'] !== undefined && each.requestBody !== undefined)
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
}

test('a request whose body arrives after its session ended changes nothing', async (t) => {
  const world = await createWorld({ env: { APP_ORIGINS: 'https://app.example' } });
  t.teardown(() => world.close());
  const first = await signedInBrowser(world);
  const covered = Object.keys(await bodiesFor(first)).map((name) =>
    name.replace(/credentials\/wallet-[0-9a-f]+/, 'credentials/{id}'),
  );
  t.deepEqual(covered.toSorted(), (await routesWithBody(world)).toSorted());
  const count = covered.length;
  for (let at = 0; at < count; at += 1) {
    const browser = await signedInBrowser(world);
    const other = await signedInBrowser(world, browser.wallet);
    const [name = '', body] = Object.entries(await bodiesFor(browser))[at] ?? [];
    const before = await stateOf(other);
    const reads = await world.counter('document_reads');
    const begun = beginRequest(world, browser, name, body);
    await begun.sent;
    await until(`the session of ${name} to be opened`, async () => {
      return (await world.counter('document_reads')) > reads;
    });
    await endOthers(other);
    t.is(await begun.finish(), 'ERR_SESSION_INVALID', name);
    t.deepEqual(await stateOf(other), before, name);
  }
});

/** Returns the account as a person sees it, without the times of its last use. */
async function stateOf(browser: WalletBrowser): Promise<unknown> {
  const { body } = await browser.call('GET', '/api/account');
  const credentials = (body['credentials'] as { id: string; name?: string }[]).map(
    ({ id, name }) => ({ id, name }),
  );
  return { ...body, credentials };
}

async function endOthers(browser: WalletBrowser): Promise<void> {
  const { body } = await browser.call('GET', '/api/account/sessions');
  const sessions = body['sessions'] as { id: string; current: boolean }[];
  for (const { id, current } of sessions) {
    if (!current) await browser.call('DELETE', `/api/account/sessions/${id}`);
  }
}
