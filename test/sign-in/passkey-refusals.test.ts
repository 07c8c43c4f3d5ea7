/**
 * Tests everything that is refused about passkeys, each with its code, and that a refusal changes
 * nothing.
 */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { BrowserClient } from '../scenarios/browser-client.js';
import { type Answer, createWorld, type World } from '../scenarios/world.js';
import { type Misbehavior, SoftwarePasskey } from './software-authenticator.js';

const ORIGIN = 'http://localhost:3001';
const AUTH = '/api/auth/passkey';
const [PRESENT, PRESENT_AND_BACKED_UP, VERIFIED_ONLY, BACKED_UP_ONLY] = [0x01, 0x19, 0x04, 0x15];

const codeOf = ({ status, body }: Answer): unknown => body['code'] ?? status;
const userIdOf = ({ body }: Answer): string => (body['user'] as { id: string }).id;
const credentialIdOf = ({ body }: Answer): string => String(body['credentialId']);

type Scene = {
  readonly world: World;
  readonly browser: BrowserClient;
  readonly clock: { nowMs: number };
};

async function createScene(t: ExecutionContext): Promise<Scene> {
  const clock = { nowMs: Date.now() };
  const world = await createWorld({ clock: () => clock.nowMs });
  t.teardown(() => world.close());
  return { world, browser: new BrowserClient(world), clock };
}

async function auditTypes(browser: BrowserClient): Promise<readonly string[]> {
  const { body } = await browser.call('GET', '/api/account/audit');
  return (body['entries'] as { type: string }[]).map(({ type }) => type);
}

type Row = readonly [what: string, wrong: Misbehavior, code: string];

/** For registration and for sign-in. */
const ROWS: readonly Row[] = [
  ['another origin', { origin: 'https://evil.example' }, 'ERR_PASSKEY_ORIGIN'],
  ['another port', { origin: 'http://localhost:3002' }, 'ERR_PASSKEY_ORIGIN'],
  ['another scheme', { origin: 'https://localhost:3001' }, 'ERR_PASSKEY_ORIGIN'],
  [
    'a page that may not embed',
    { crossOrigin: true, topOrigin: 'https://evil.example' },
    'ERR_PASSKEY_ORIGIN',
  ],
  ['an embedding page without embedding', { topOrigin: ORIGIN }, 'ERR_PASSKEY_ORIGIN'],
  ['another relying party', { rpId: 'evil.example' }, 'ERR_PASSKEY_RELYING_PARTY'],
  ['the origin as relying party', { rpId: ORIGIN }, 'ERR_PASSKEY_RELYING_PARTY'],
  ['no user verification', { flags: PRESENT }, 'ERR_PASSKEY_USER_VERIFICATION'],
  [
    'no user verification, backed up',
    { flags: PRESENT_AND_BACKED_UP },
    'ERR_PASSKEY_USER_VERIFICATION',
  ],
  ['nobody present', { flags: VERIFIED_ONLY }, 'ERR_PASSKEY_USER_VERIFICATION'],
  ['a backup of what has none', { flags: BACKED_UP_ONLY }, 'ERR_PASSKEY_INVALID'],
  ['another ceremony', { type: 'payment.get' }, 'ERR_PASSKEY_INVALID'],
  ['a challenge of nobody', { challenge: 'AAAA' }, 'ERR_CHALLENGE_INVALID'],
  [
    'a challenge of the right size',
    { challenge: Buffer.alloc(64, 7).toString('base64url') },
    'ERR_CHALLENGE_INVALID',
  ],
];

for (const [what, wrong, code] of ROWS) {
  test(`a passkey is neither registered nor used with ${what}`, async (t) => {
    const { browser, world } = await createScene(t);
    t.is(codeOf(await browser.register(new SoftwarePasskey(ORIGIN), { wrong })), code);
    t.is(browser.cookie, undefined);
    const passkey = new SoftwarePasskey(ORIGIN);
    await browser.register(passkey);
    const elsewhere = new BrowserClient(world);
    t.is(codeOf(await elsewhere.authenticate(passkey, wrong)), code);
    t.is(elsewhere.cookie, undefined);
    // The refusal is not counted against the passkey.
    t.is((await elsewhere.authenticate(passkey)).status, 200);
  });
}

test('a challenge is valid for one purpose, one user, one use and five minutes', async (t) => {
  const { browser, world, clock } = await createScene(t);
  const [passkey, second, third] = [1, 2, 3].map(() => new SoftwarePasskey(ORIGIN));
  if (passkey === undefined || second === undefined || third === undefined) return t.fail();
  const challengeAt = async (path: string, from = browser): Promise<string> => {
    const { body } = await from.post(`${AUTH}/${path}/options`);
    return (body['publicKey'] as { challenge: string }).challenge;
  };
  const forNew = await challengeAt('register');
  const forSignIn = await challengeAt('authenticate');
  t.is(
    codeOf(await browser.register(passkey, { wrong: { challenge: forSignIn } })),
    'ERR_CHALLENGE_INVALID',
  );
  await browser.register(passkey);
  const forAdding = await challengeAt('register');
  for (const challenge of [forNew, forAdding]) {
    t.is(codeOf(await browser.authenticate(passkey, { challenge })), 'ERR_CHALLENGE_INVALID');
  }
  // Adds a passkey with a challenge of another user, or with this user's challenge but without the
  // session.
  const other = new BrowserClient(world);
  await other.register(second);
  const wrong = { challenge: forAdding };
  t.is(codeOf(await other.register(third, { wrong })), 'ERR_CHALLENGE_INVALID');
  const nobody = new BrowserClient(world);
  t.is(codeOf(await nobody.register(third, { wrong })), 'ERR_CHALLENGE_INVALID');

  clock.nowMs += 299_999;
  t.is((await nobody.authenticate(passkey, { challenge: forSignIn })).status, 200);
  t.is(codeOf(await nobody.authenticate(passkey, { challenge: forSignIn })), 'ERR_CHALLENGE_USED');
  clock.nowMs += 1;
  t.is(
    codeOf(await nobody.authenticate(passkey, { challenge: forSignIn })),
    'ERR_CHALLENGE_EXPIRED',
  );
  nobody.cookie = undefined;
  t.is(
    codeOf(await nobody.register(third, { wrong: { challenge: forNew } })),
    'ERR_CHALLENGE_EXPIRED',
  );
});

test('a repeated or simultaneous answer is refused and does not mark the passkey as cloned', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  const asked = await browser.post(`${AUTH}/register/options`);
  const credential = passkey.create(asked.body['publicKey']);
  const twice = (path: string, body: unknown): Promise<Answer[]> =>
    Promise.all([1, 2].map(() => new BrowserClient(world).post(`${AUTH}/${path}/verify`, body)));
  const registered = await twice('register', { credential });
  t.deepEqual(registered.map(codeOf).map(String).toSorted(), ['201', 'ERR_CHALLENGE_USED']);

  const options = await browser.post(`${AUTH}/authenticate/options`);
  const body = { credential: passkey.get(options.body['publicKey']) };
  const signedIn = await twice('authenticate', body);
  t.deepEqual(signedIn.map(codeOf).map(String).toSorted(), ['200', 'ERR_CHALLENGE_USED']);
  t.is(codeOf(await browser.post(`${AUTH}/authenticate/verify`, body)), 'ERR_CHALLENGE_USED');
  t.is((await browser.authenticate(passkey)).status, 200);
  t.false((await auditTypes(browser)).includes('sign-in-refused'));
});

test('a registration that is sent again does not restore a removed passkey', async (t) => {
  const { browser } = await createScene(t);
  await browser.register(new SoftwarePasskey(ORIGIN));
  const asked = await browser.post(`${AUTH}/register/options`);
  const body = { credential: new SoftwarePasskey(ORIGIN).create(asked.body['publicKey']) };
  const added = await browser.post(`${AUTH}/register/verify`, body);
  t.is(added.status, 201);
  const path = `/api/account/credentials/${credentialIdOf(added)}`;
  t.is((await browser.call('DELETE', path)).status, 200);
  t.is(codeOf(await browser.post(`${AUTH}/register/verify`, body)), 'ERR_CHALLENGE_USED');
});

test('a signature over something else is refused, and its counter is ignored', async (t) => {
  const { browser } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  await browser.register(passkey);
  await browser.authenticate(passkey);
  const forged = { wrongSignature: true, counter: 1 };
  t.is(codeOf(await browser.authenticate(passkey, forged)), 'ERR_PASSKEY_SIGNATURE');
  const ahead = { wrongSignature: true, counter: 4_000_000_000 };
  t.is(codeOf(await browser.authenticate(passkey, ahead)), 'ERR_PASSKEY_SIGNATURE');
  t.is((await browser.authenticate(passkey)).status, 200);
});

test("another passkey's signature under the id of one is refused", async (t) => {
  const { browser, world } = await createScene(t);
  const [mine, theirs] = [new SoftwarePasskey(ORIGIN), new SoftwarePasskey(ORIGIN)];
  await new BrowserClient(world).register(theirs);
  await browser.register(mine);
  const asIfTheirs = { id: theirs.id, userHandle: theirs.userHandle };
  t.is(codeOf(await browser.authenticate(mine, asIfTheirs)), 'ERR_PASSKEY_SIGNATURE');
  const atTheirs = { userHandle: theirs.userHandle };
  t.is(codeOf(await browser.authenticate(mine, atTheirs)), 'ERR_PASSKEY_UNKNOWN');
});

test('unknown, malformed, missing and foreign user handles and unknown and removed passkeys receive the same response', async (t) => {
  const { browser, world } = await createScene(t);
  const [first, second] = [new SoftwarePasskey(ORIGIN), new SoftwarePasskey(ORIGIN)];
  const created = await browser.register(first);
  await browser.register(second);
  const path = `/api/account/credentials/${credentialIdOf(created)}`;
  t.is((await browser.call('DELETE', path)).status, 200);
  const handle = (text: string): string => Buffer.from(text).toString('base64url');
  const rows: readonly (readonly [SoftwarePasskey, Misbehavior])[] = [
    [second, { userHandle: handle('a'.repeat(32)) }],
    [second, { userHandle: handle('../../etc/passwd') }],
    [second, { userHandle: Buffer.from([255, 254]).toString('base64url') }],
    [second, { userHandle: null }],
    [second, { id: Buffer.alloc(32, 1).toString('base64url') }],
    [first, {}],
  ];
  const answers: string[] = [];
  const reads: number[] = [];
  for (const [passkey, wrong] of rows) {
    const before = await world.counter('document_reads');
    const { body, status } = await new BrowserClient(world).authenticate(passkey, wrong);
    reads.push((await world.counter('document_reads')) - before);
    answers.push(JSON.stringify({ ...body, requestId: '', status }));
  }
  t.is(new Set(answers).size, 1);
  t.true(answers[0]?.includes('ERR_PASSKEY_UNKNOWN'));
  // An unknown user, an unknown passkey and a removed one take the same path.
  t.deepEqual([reads[0], reads[4], reads[5]], [reads[0], reads[0], reads[0]]);
});

test('a passkey whose counter goes backward is blocked until it is removed, and only its sessions end', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN, { synced: false });
  const spare = new SoftwarePasskey(ORIGIN);
  const created = await browser.register(passkey);
  await browser.register(spare);
  const withSpare = new BrowserClient(world);
  await withSpare.authenticate(spare);
  await browser.authenticate(passkey);
  const thief = new BrowserClient(world);
  t.is(codeOf(await thief.authenticate(passkey, { counter: 2 })), 'ERR_PASSKEY_CLONED');
  t.is(thief.cookie, undefined);
  t.is(codeOf(await browser.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  t.is((await withSpare.call('GET', '/api/account')).status, 200);
  t.true((await auditTypes(withSpare)).includes('sign-in-refused'));

  await world.stop();
  await world.start({ STATE_INIT: '0' });
  t.is(codeOf(await browser.authenticate(passkey, { counter: 1_000 })), 'ERR_PASSKEY_CLONED');
  const { body } = await withSpare.call('GET', '/api/account/credentials');
  const credentials = body['credentials'] as { id: string; clonedAt?: string }[];
  const marked = credentials.filter(({ clonedAt }) => clonedAt !== undefined);
  t.deepEqual(
    marked.map(({ id }) => id),
    [credentialIdOf(created)],
  );
  const spareId = credentials.find(({ clonedAt }) => clonedAt === undefined)?.id;
  const remove = (id = ''): Promise<Answer> =>
    withSpare.call('DELETE', `/api/account/credentials/${id}`);
  t.is(codeOf(await remove(spareId)), 'ERR_CREDENTIAL_LAST');
  t.is((await remove(marked[0]?.id)).status, 200);
  t.is(codeOf(await browser.authenticate(passkey)), 'ERR_PASSKEY_UNKNOWN');
});

test('an equal counter and a counter that stops also mark a passkey as cloned', async (t) => {
  const { world } = await createScene(t);
  for (const counter of [1, 0]) {
    const browser = new BrowserClient(world);
    const passkey = new SoftwarePasskey(ORIGIN, { synced: false });
    await browser.register(passkey);
    t.is(codeOf(await browser.authenticate(passkey, { counter })), 'ERR_PASSKEY_CLONED');
  }
});

test('the passkey of a deleted account is refused with its code', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  await browser.register(passkey);
  t.is((await browser.call('DELETE', '/api/account')).status, 200);
  const elsewhere = new BrowserClient(world);
  t.is(codeOf(await elsewhere.authenticate(passkey)), 'ERR_ACCOUNT_DELETED');
  t.is(elsewhere.cookie, undefined);
});

test('an account contains a passkey only once and at most twenty credentials', async (t) => {
  const { browser } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  const id = userIdOf(await browser.register(passkey));
  t.is(codeOf(await browser.register(passkey)), 'ERR_CREDENTIAL_IN_USE');
  for (let count = 1; count < 20; count += 1) {
    t.is(userIdOf(await browser.register(new SoftwarePasskey(ORIGIN))), id);
  }
  t.is(codeOf(await browser.register(new SoftwarePasskey(ORIGIN))), 'ERR_CREDENTIAL_LIMIT');
});

test('an unrequested attestation statement of any format is ignored', async (t) => {
  const { world } = await createScene(t);
  const empty = new Map<string, string>();
  const certificate = Buffer.from('3003020101', 'hex');
  const rows: readonly (readonly [string, Misbehavior])[] = [
    ['packed with certificates', { fmt: 'packed', attStmt: new Map([['x5c', certificate]]) }],
    ['packed, self-signed', { fmt: 'packed', attStmt: new Map([['sig', certificate]]) }],
    ['packed, without a signature', { fmt: 'packed', attStmt: empty }],
    ['fido-u2f', { fmt: 'fido-u2f', attStmt: new Map([['x5c', certificate]]) }],
    ['tpm', { fmt: 'tpm', attStmt: new Map([['ver', '2.0']]) }],
    ['apple', { fmt: 'apple', attStmt: new Map([['x5c', certificate]]) }],
    ['android-key', { fmt: 'android-key', attStmt: empty }],
    ['android-safetynet', { fmt: 'android-safetynet', attStmt: empty }],
    ['of its own', { fmt: 'of-my-own', attStmt: empty }],
    ['none, with a statement', { attStmt: new Map([['x5c', 'x']]) }],
  ];
  for (const [what, wrong] of rows) {
    const browser = new BrowserClient(world);
    const passkey = new SoftwarePasskey(ORIGIN);
    t.is((await browser.register(passkey, { wrong })).status, 201, what);
    t.is((await browser.authenticate(passkey)).status, 200, what);
  }
});

test('a passkey with an unrequested algorithm is rejected', async (t) => {
  const { browser } = await createScene(t);
  const wrong = { algorithm: -35 };
  const answer = await browser.register(new SoftwarePasskey(ORIGIN), { wrong });
  t.is(codeOf(answer), 'ERR_PASSKEY_INVALID');
});

test('new accounts are limited, and refused or known people do not count', async (t) => {
  const world = await createWorld({ env: { RATE_LIMITS: 'sign-up=2/3600' } });
  t.teardown(() => world.close());
  const [first, second] = [new SoftwarePasskey(ORIGIN), new SoftwarePasskey(ORIGIN)];
  const wrong = { origin: 'https://evil.example' };
  for (let times = 0; times < 3; times += 1) {
    const refused = await new BrowserClient(world).register(first, { wrong });
    t.is(codeOf(refused), 'ERR_PASSKEY_ORIGIN');
  }
  const browser = new BrowserClient(world);
  t.is((await browser.register(first)).status, 201);
  t.is((await browser.register(second)).status, 201);
  t.is((await new BrowserClient(world).authenticate(second)).status, 200);
  t.is((await new BrowserClient(world).register(new SoftwarePasskey(ORIGIN))).status, 201);
  const over = await new BrowserClient(world).register(new SoftwarePasskey(ORIGIN));
  t.is(codeOf(over), 'ERR_SIGN_UP_LIMIT');
  t.truthy(over.headers.get('retry-after'));
});

test('every passkey route accepts only pages of this service and no programs', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  await browser.register(passkey);
  const asked = await browser.post(`${AUTH}/authenticate/options`);
  const created = await browser.post(`${AUTH}/register/options`);
  const rows: readonly (readonly [string, unknown])[] = [
    ['register/options', {}],
    [
      'register/verify',
      { credential: new SoftwarePasskey(ORIGIN).create(created.body['publicKey']) },
    ],
    ['authenticate/options', {}],
    ['authenticate/verify', { credential: passkey.get(asked.body['publicKey']) }],
  ];
  const { token } = await world.person();
  for (const [path, body] of rows) {
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const answer = await world.call('POST', `${AUTH}/${path}`, { body, headers });
      t.is(codeOf(answer), 'ERR_ORIGIN_REFUSED', path);
      t.is(answer.headers.get('set-cookie'), null);
    }
    if (!path.startsWith('register')) continue;
    const headers = { origin: ORIGIN };
    const answer = await world.call('POST', `${AUTH}/${path}`, { body, headers, token });
    t.is(codeOf(answer), 'ERR_SESSION_INVALID', path);
  }
});

test('a body with a missing, unknown or oversized member is refused before any document is read', async (t) => {
  const { browser, world } = await createScene(t);
  const passkey = new SoftwarePasskey(ORIGIN);
  await browser.register(passkey);
  const asked = await browser.post(`${AUTH}/authenticate/options`);
  const credential = passkey.get(asked.body['publicKey']);
  const response = credential['response'] as Record<string, unknown>;
  const rows: readonly (readonly [string, unknown])[] = [
    ['register/options', { newAccount: 'yes' }],
    ['register/options', { userId: 'x' }],
    ['register/verify', {}],
    ['register/verify', { credential, name: 'as if it were a registration' }],
    ['authenticate/options', { allowCredentials: [] }],
    ['authenticate/verify', { credential: { ...credential, id: 'not base64url!' } }],
    ['authenticate/verify', { credential: { ...credential, type: 'password' } }],
    ['authenticate/verify', { credential, more: 1 }],
    ['authenticate/verify', { credential: { ...credential, rawId: 'AAAA' } }],
    [
      'authenticate/verify',
      { credential: { ...credential, response: { ...response, signature: 'A'.repeat(5_000) } } },
    ],
  ];
  const before = await world.counter('document_reads');
  for (const [path, body] of rows) {
    t.is(codeOf(await browser.post(`${AUTH}/${path}`, body)), 'ERR_REQUEST_INVALID', path);
  }
  t.is(await world.counter('document_reads'), before);
  for (const broken of ['AAAA', text('{}'), text('null'), text('[]'), text('{"type":1}')]) {
    const odd = { ...credential, response: { ...response, clientDataJSON: broken } };
    const refused = await browser.post(`${AUTH}/authenticate/verify`, { credential: odd });
    t.is(codeOf(refused), 'ERR_PASSKEY_INVALID', broken);
  }
  for (const authenticatorData of ['AAAA', text('x'.repeat(36)), text('A'.repeat(300))]) {
    const odd = { ...credential, response: { ...response, authenticatorData } };
    const refused = await browser.post(`${AUTH}/authenticate/verify`, { credential: odd });
    t.is(codeOf(refused), 'ERR_PASSKEY_INVALID', authenticatorData);
  }
});

const text = (value: string): string => Buffer.from(value).toString('base64url');
