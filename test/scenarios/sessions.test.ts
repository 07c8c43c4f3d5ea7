/** Tests sessions of browsers and programs: who may use them, for how long, and what ends them. */
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { createWorld, type World } from './world.js';
import { OWN_ORIGIN, signedInBrowser, WalletBrowser } from './wallet-browser.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function clockedWorld(): Promise<{ world: World; pass: (ms: number) => void }> {
  let offsetMs = 0;
  const world = await createWorld({ clock: () => Date.now() + offsetMs });
  return { world, pass: (ms) => void (offsetMs += ms) };
}

const codeOf = ({ body }: { readonly body: Record<string, unknown> }) => body['code'];

test('a browser receives no token in the body but a cookie that scripts, other hosts and other sites cannot read', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const browser = new WalletBrowser(world);
  const answer = await browser.signIn();
  t.is(answer.status, 200);
  t.false(JSON.stringify(answer.body).includes('swt_'));
  t.false('sessionToken' in answer.body);
  const challenge = await browser.call('POST', '/api/auth/siwe/challenge', {
    address: browser.wallet.address,
    transport: 'cookie',
  });
  const message = String(challenge.body['message']);
  const raw = await world.raw(
    'POST',
    '/api/auth/siwe/verify',
    { origin: OWN_ORIGIN },
    { message, signature: await browser.wallet.signMessage(message) },
  );
  t.is(raw.setCookie.length, 1);
  const [cookie = ''] = raw.setCookie;
  t.regex(cookie, /^__Host-sealwright=swt_[a-z2-7]{100}; /);
  for (const attribute of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=None', 'Partitioned']) {
    t.true(cookie.split('; ').includes(attribute), attribute);
  }
  t.false(/domain=/i.test(cookie));
});

testOfOneProcess(
  'It counts what one process has done.',
  'only pages of the service can use the cookie, and other or missing origins are refused',
  async (t) => {
    const world = await createWorld();
    t.teardown(() => world.close());
    const browser = await signedInBrowser(world);
    const foreign: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
      ['PATCH', '/api/account', { origin: 'https://evil.example' }],
      ['PATCH', '/api/account', { origin: 'null' }],
      ['PATCH', '/api/account', { origin: '' }],
      ['PATCH', '/api/account', { origin: 'http://localhost:3002' }],
      ['PATCH', '/api/account', { origin: 'http://LOCALHOST:3001' }],
      ['GET', '/api/account', { 'sec-fetch-site': 'cross-site' }],
      ['GET', '/api/account', { 'sec-fetch-site': 'same-site' }],
      ['GET', '/api/account', { 'sec-fetch-site': 'none' }],
      ['GET', '/api/account', { 'sec-fetch-site': '' }],
    ];
    const readsBefore = await world.counter('document_reads');
    for (const [method, path, headers] of foreign) {
      const body = method === 'GET' ? undefined : { autoSignEnabled: false };
      const answer = await browser.call(method, path, body, headers);
      t.is(answer.status, 403, JSON.stringify(headers));
      t.is(codeOf(answer), 'ERR_ORIGIN_REFUSED');
    }
    t.is(await world.counter('document_reads'), readsBefore);
    const own = await browser.call('GET', '/api/account');
    t.is(own.body['autoSignEnabled'], true);
  },
);

test('a page of another origin cannot sign a person in to an account of its choice', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const attacker = new WalletBrowser(world);
  const refused = await attacker.call(
    'POST',
    '/api/auth/siwe/challenge',
    { address: attacker.wallet.address, transport: 'cookie' },
    { origin: 'https://evil.example' },
  );
  t.is(codeOf(refused), 'ERR_ORIGIN_REFUSED');
  const challenge = await attacker.call('POST', '/api/auth/siwe/challenge', {
    address: attacker.wallet.address,
    transport: 'cookie',
  });
  const message = String(challenge.body['message']);
  const proof = { message, signature: await attacker.wallet.signMessage(message) };
  for (const origin of ['https://evil.example', '']) {
    const answer = await attacker.call('POST', '/api/auth/siwe/verify', proof, { origin });
    t.is(codeOf(answer), 'ERR_ORIGIN_REFUSED');
    t.is(attacker.cookie, undefined);
  }
});

test('a cookie token is invalid as a bearer, a bearer as a cookie, and two cookies are refused', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  const token = browser.cookie?.split('=')[1] ?? '';
  t.is(codeOf(await world.call('GET', '/api/account', { token })), 'ERR_SESSION_INVALID');
  const person = await world.person();
  const cookie = `__Host-sealwright=${person.token}`;
  t.is(
    codeOf(await browser.call('GET', '/api/account', undefined, { cookie })),
    'ERR_SESSION_INVALID',
  );
  const twice = `${browser.cookie}; ${browser.cookie}`;
  const answer = await browser.call('GET', '/api/account', undefined, { cookie: twice });
  t.is(codeOf(answer), 'ERR_SESSION_INVALID');
});

test('a browser session expires after a day without use and after a week in any case', async (t) => {
  const { world, pass } = await clockedWorld();
  t.teardown(() => world.close());
  const idle = await signedInBrowser(world);
  const busy = await signedInBrowser(world);
  pass(DAY_MS - 60_000);
  t.is((await busy.call('GET', '/api/account')).status, 200);
  pass(120_000);
  t.is(codeOf(await idle.call('GET', '/api/account')), 'ERR_SESSION_EXPIRED');
  for (let day = 1; day < 7; day += 1) {
    t.is((await busy.call('GET', '/api/account')).status, 200, String(day));
    pass(DAY_MS - 60_000);
  }
  pass(10 * 60_000);
  t.is(codeOf(await busy.call('GET', '/api/account')), 'ERR_SESSION_EXPIRED');
});

test('the token is replaced each hour, and an old token ends the session after the new one was used', async (t) => {
  const { world, pass } = await clockedWorld();
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  const old = browser.cookie ?? '';
  pass(HOUR_MS);
  t.is((await browser.call('GET', '/api/account')).status, 200);
  const renewed = browser.cookie ?? '';
  t.not(renewed, old);
  // A response was lost: the browser still sends the old token, however late.
  pass(10 * 60_000);
  const asOld = (): Promise<{ status: number; body: Record<string, unknown> }> =>
    world.raw('GET', '/api/account', { cookie: old, 'sec-fetch-site': 'same-origin' }, undefined);
  t.is((await asOld()).status, 200);
  t.is((await browser.call('GET', '/api/account')).status, 200);
  t.is((await asOld()).status, 200);
  pass(61_000);
  t.is(codeOf(await asOld()), 'ERR_SESSION_INVALID');
  browser.cookie = renewed;
  t.is(codeOf(await browser.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  await browser.signIn();
  const { body } = await browser.call('GET', '/api/account/audit?limit=200');
  const types = (body['entries'] as { type: string }[]).map(({ type }) => type);
  t.true(types.includes('session-reused'));
});

test('an irreversible change requires a sign-in within five minutes', async (t) => {
  const { world, pass } = await clockedWorld();
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  const before = browser.cookie;
  const set = (value: boolean) =>
    browser.call('PATCH', '/api/account', { delegateSignEnabled: value });
  t.is((await set(true)).status, 200);
  pass(301_000);
  t.is((await set(false)).status, 200);
  t.is(codeOf(await set(true)), 'ERR_STEP_UP_REQUIRED');
  t.is(codeOf(await browser.call('DELETE', '/api/account')), 'ERR_STEP_UP_REQUIRED');
  const credential = (
    (await browser.call('GET', '/api/account/credentials')).body['credentials'] as { id: string }[]
  )[0];
  const removal = await browser.call('DELETE', `/api/account/credentials/${credential?.id}`);
  t.is(codeOf(removal), 'ERR_STEP_UP_REQUIRED');
  const { body } = await browser.call('GET', '/api/account/sessions');
  await browser.signIn();
  t.not(browser.cookie, before);
  const after = await browser.call('GET', '/api/account/sessions');
  const idsOf = (from: Record<string, unknown>): string[] =>
    (from['sessions'] as { id: string }[]).map(({ id }) => id);
  t.deepEqual(idsOf(after.body), idsOf(body));
  t.is((await set(true)).status, 200);
  const last = await browser.call('DELETE', `/api/account/credentials/${credential?.id}`);
  t.is(codeOf(last), 'ERR_CREDENTIAL_LAST');
});

test('sessions are listed and ended, and an ended one signs nothing more', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const first = await signedInBrowser(world);
  const second = await signedInBrowser(world, first.wallet);
  const program = await world.person(first.wallet);
  const { body } = await first.call('GET', '/api/account/sessions');
  const sessions = body['sessions'] as { id: string; current: boolean; transport: string }[];
  t.deepEqual(sessions.map(({ transport }) => transport).toSorted(), [
    'bearer',
    'cookie',
    'cookie',
  ]);
  t.is(sessions.filter(({ current }) => current).length, 1);
  t.false(JSON.stringify(sessions).includes('hash'));
  for (const { id } of sessions.filter(({ current }) => !current)) {
    t.is((await first.call('DELETE', `/api/account/sessions/${id}`)).status, 204);
    t.is(
      codeOf(await first.call('DELETE', `/api/account/sessions/${id}`)),
      'ERR_SESSION_NOT_FOUND',
    );
  }
  t.is(codeOf(await second.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  t.is(codeOf(await world.sign(program, 'hello')), 'ERR_SESSION_INVALID');
  t.is((await first.call('POST', '/api/auth/sign-out')).status, 204);
  t.is(first.cookie, undefined);
});

test('all other sessions are ended at once, and this one stays', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const first = await signedInBrowser(world);
  const second = await signedInBrowser(world, first.wallet);
  const program = await world.person(first.wallet);
  t.is((await first.call('DELETE', '/api/account/sessions')).status, 204);
  t.is(codeOf(await second.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  t.is(codeOf(await world.sign(program, 'hello')), 'ERR_SESSION_INVALID');
  const { body } = await first.call('GET', '/api/account/sessions');
  t.like(body['sessions'], [{ current: true }]);
  t.is((body['sessions'] as unknown[]).length, 1);
  const trail = await first.call('GET', '/api/account/audit?newest=2');
  const types = (trail.body['entries'] as { type: string }[]).map(({ type }) => type);
  t.deepEqual(types, ['session-revoked', 'session-revoked']);
});

test('a session names its browser in words of the service, and never with the header itself', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  const deviceWith = async (userAgent: string): Promise<unknown> => {
    browser.headers = { 'user-agent': userAgent };
    await browser.signIn();
    const { body } = await browser.call('GET', '/api/account/sessions');
    return (body['sessions'] as { device?: string }[])[0]?.device;
  };
  t.is(await deviceWith('Mozilla/5.0 (Windows NT 10.0) Firefox/140.0'), 'Firefox on Windows');
  t.is(await deviceWith('<b>curl</b>'), undefined);
  const program = await world.person(browser.wallet);
  const { body } = await world.call('GET', '/api/account/sessions', { token: program.token });
  const own = (body['sessions'] as { current: boolean; device?: string }[]).find(
    ({ current }) => current,
  );
  t.is(own?.device, undefined);
});

test('two requests at the time of renewal renew the token once', async (t) => {
  const { world, pass } = await clockedWorld();
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  pass(HOUR_MS);
  const old = browser.cookie ?? '';
  const headers = { cookie: old, 'sec-fetch-site': 'same-origin' };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => world.raw('GET', '/api/account', headers, undefined)),
  );
  t.true(answers.every(({ status }) => status === 200));
  t.is(answers.flatMap(({ setCookie }) => setCookie).length, 1);
});
