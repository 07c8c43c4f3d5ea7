/** Tests bad input: each case has its status and code, and changes nothing. */
import { createHash } from 'node:crypto';
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { Wallet } from 'ethers';
import { createWorld, type Answer, type World } from './world.js';

/** Returns a digest of everything that is stored, except for what replicas write by themselves. */
async function stateOf(world: World): Promise<string> {
  const hash = createHash('sha256');
  const stored = await world.storedBytes();
  for (const place of [...stored.keys()].toSorted()) {
    if (place.startsWith('document/replica/')) continue;
    hash.update(place).update(stored.get(place) ?? '');
  }
  return hash.digest('hex');
}

type Row = readonly [what: string, send: () => Promise<Answer>, status: number, code: string];

test('each bad request is refused with its code, and nothing changes', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const [person, other] = [await world.person(), await world.person()];
  const { token, keyId } = person;
  const path = `/api/keys/${keyId}/sign`;
  const sign = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    world.call('POST', path, { token, body, headers });
  const withToken = (used: string): Promise<Answer> =>
    world.call('POST', path, { token: used, body: { message: 'x' } });
  const signWith = (id: string): Promise<Answer> =>
    world.call('POST', `/api/keys/${id}/sign`, { token, body: { message: 'x' } });
  const challengeFor = (address: string): Promise<Answer> =>
    world.call('POST', '/api/auth/siwe/challenge', { body: { address, transport: 'bearer' } });
  const last = token.at(-1) === 'a' ? 'b' : 'a';
  const rows: readonly Row[] = [
    ['malformed JSON', () => sign('{"message":'), 400, 'ERR_BODY_MALFORMED'],
    ['JSON that is no object', () => sign('"text"'), 400, 'ERR_BODY_MALFORMED'],
    ['an array', () => sign([]), 400, 'ERR_REQUEST_INVALID'],
    ['an unknown field', () => sign({ message: 'x', extra: 1 }), 400, 'ERR_REQUEST_INVALID'],
    ['no message', () => sign({}), 400, 'ERR_REQUEST_INVALID'],
    ['a message that is no text', () => sign({ message: 1 }), 400, 'ERR_REQUEST_INVALID'],
    ['a body over 64 KiB', () => sign({ message: 'x'.repeat(70_000) }), 413, 'ERR_BODY_TOO_LARGE'],
    [
      'another content type',
      () => sign('message=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'ERR_BODY_TYPE',
    ],
    [
      'another charset',
      () => sign('{"message":"x"}', { 'content-type': 'application/json; charset=utf-16' }),
      415,
      'ERR_BODY_TYPE',
    ],
    [
      'bytes that are not UTF-8',
      async () => {
        const response = await fetch(`${world.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: Buffer.from('{"message":"a\xffb"}', 'latin1'),
        });
        const body = (await response.json()) as Record<string, unknown>;
        return { status: response.status, headers: response.headers, body };
      },
      400,
      'ERR_BODY_MALFORMED',
    ],
    [
      'a message over 32 KiB',
      () => sign({ message: 'x'.repeat(32_769) }),
      413,
      'ERR_MESSAGE_TOO_LARGE',
    ],
    [
      'raw bytes over 32 KiB',
      () => sign({ message: `0x${'00'.repeat(32_769)}`, format: 'raw' }),
      413,
      'ERR_BODY_TOO_LARGE',
    ],
    [
      'an unknown format',
      () => sign({ message: 'x', format: 'typed' }),
      400,
      'ERR_REQUEST_INVALID',
    ],
    ['raw that is no hex', () => sign({ message: 'x', format: 'raw' }), 400, 'ERR_MESSAGE_INVALID'],
    [
      'raw of half a byte',
      () => sign({ message: '0xabc', format: 'raw' }),
      400,
      'ERR_MESSAGE_INVALID',
    ],
    ['half a character', () => sign('{"message":"\\ud800"}'), 400, 'ERR_MESSAGE_INVALID'],
    ['an unknown key', () => signWith(`${'a'.repeat(32)}-0`), 404, 'ERR_KEY_NOT_FOUND'],
    ["somebody else's key", () => signWith(other.keyId), 404, 'ERR_KEY_NOT_FOUND'],
    ['no session', () => world.call('GET', '/api/keys'), 401, 'ERR_SESSION_INVALID'],
    [
      'a forged session',
      () => withToken(`${token.slice(0, -1)}${last}`),
      401,
      'ERR_SESSION_INVALID',
    ],
    ['a token that is none', () => withToken('swt_x'), 401, 'ERR_SESSION_INVALID'],
    ['a session of nobody', () => withToken(`swt_${'a'.repeat(100)}`), 401, 'ERR_SESSION_INVALID'],
    [
      'an address with one letter in the wrong case',
      () => challengeFor(withOneLetterTurned(person.wallet.address)),
      400,
      'ERR_ADDRESS_INVALID',
    ],
    ['no address at all', () => challengeFor('0x00'), 400, 'ERR_ADDRESS_INVALID'],
    ['no such route', () => world.call('GET', '/api/nothing'), 404, 'ERR_ROUTE_NOT_FOUND'],
    ['no such method', () => world.call('DELETE', path, { token }), 405, 'ERR_METHOD_NOT_ALLOWED'],
    [
      'a wait that is no number',
      () => world.call('GET', `/api/keys/${keyId}/bootstrap?waitMs=soon`, { token }),
      400,
      'ERR_REQUEST_INVALID',
    ],
  ];
  const before = await stateOf(world);
  for (const [what, send, status, code] of rows) {
    const answer = await send();
    t.is(answer.status, status, what);
    t.is(answer.body['code'], code, what);
    t.true(answer.headers.get('content-type')?.startsWith('application/problem+json'), what);
    t.is(typeof answer.body['requestId'], 'string', what);
  }
  t.is(await stateOf(world), before);
});

testOfOneProcess(
  'It counts what one process has done.',
  "an unknown key and another user's key have the same response by the same path",
  async (t) => {
    const world = await createWorld();
    t.teardown(() => world.close());
    const [person, other] = [await world.person(), await world.person()];
    const answers: Answer[] = [];
    const reads: number[] = [];
    for (const id of [other.keyId, `${'b'.repeat(32)}-0`]) {
      const before = await world.counter('document_reads');
      answers.push(
        await world.call('POST', `/api/keys/${id}/sign`, {
          token: person.token,
          body: { message: 'x' },
        }),
      );
      reads.push((await world.counter('document_reads')) - before);
    }
    const [foreign, unknown] = answers.map(({ status, body: { requestId: _id, ...rest } }) => ({
      status,
      rest,
    }));
    t.deepEqual(foreign, unknown);
    t.deepEqual(reads, [1, 1]);
  },
);

/**
 * Returns the address with the case of its first letter changed, so that its checksum (EIP-55) is
 * wrong.
 */
const withOneLetterTurned = (address: string): string =>
  address.replace(/[a-fA-F]/, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );

async function challenge(world: World, wallet: { address: string }): Promise<string> {
  const { body } = await world.call('POST', '/api/auth/siwe/challenge', {
    body: { address: wallet.address, transport: 'bearer' },
  });
  return String(body['message']);
}

test('a challenge is valid once, unaltered, before its expiry and signed by its wallet', async (t) => {
  let nowMs = Date.now();
  const world = await createWorld({ clock: () => nowMs });
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  const verify = (message: string, signature: string): Promise<Answer> =>
    world.call('POST', '/api/auth/siwe/verify', { body: { message, signature } });
  const refused = async (answer: Answer, status: number, code: string): Promise<void> => {
    t.is(answer.status, status, code);
    t.is(answer.body['code'], code);
  };

  const message = await challenge(world, wallet);
  const signature = await wallet.signMessage(message);
  const other = Wallet.createRandom();
  await refused(
    await verify(message, await other.signMessage(message)),
    401,
    'ERR_SIGNATURE_INVALID',
  );
  await refused(await verify(message, '0x00'), 401, 'ERR_SIGNATURE_INVALID');
  // If the nonce begins with 0, writing a 0 there would change nothing.
  const altering = /Nonce: 0/.test(message) ? '1' : '0';
  for (const altered of [
    message.replace('up to one hour', 'up to ten hours'),
    message.replace('localhost:3001 wants', 'evil.example wants'),
    message.replace(/Nonce: ./, `Nonce: ${altering}`),
    `${message}\n`,
    message.replace('Chain ID: 1', 'Chain ID: 10'),
    message.replace(wallet.address, other.address),
  ]) {
    const answer = await verify(altered, await wallet.signMessage(altered));
    await refused(answer, 400, 'ERR_CHALLENGE_INVALID');
  }
  t.is((await verify(message, signature)).status, 200);
  await refused(await verify(message, signature), 409, 'ERR_CHALLENGE_USED');

  const late = await challenge(world, wallet);
  nowMs += 300_000;
  await refused(await verify(late, await wallet.signMessage(late)), 400, 'ERR_CHALLENGE_EXPIRED');
});

test('a challenge that was used stays used after a restart', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  const message = await challenge(world, wallet);
  const body = { message, signature: await wallet.signMessage(message) };
  t.is((await world.call('POST', '/api/auth/siwe/verify', { body })).status, 200);
  await world.stop();
  await world.start();
  t.is(
    (await world.call('POST', '/api/auth/siwe/verify', { body })).body['code'],
    'ERR_CHALLENGE_USED',
  );
});

test('a session ends after an hour, and at sign-out', async (t) => {
  let nowMs = Date.now();
  const world = await createWorld({ clock: () => nowMs });
  t.teardown(() => world.close());
  const [first, second] = [await world.person(), await world.person()];
  t.is((await world.call('POST', '/api/auth/sign-out', { token: first.token })).status, 204);
  const signedOut = await world.call('GET', '/api/keys', { token: first.token });
  t.is(signedOut.body['code'], 'ERR_SESSION_INVALID');
  nowMs += 3_600_000;
  const expired = await world.call('GET', '/api/keys', { token: second.token });
  t.is(expired.body['code'], 'ERR_SESSION_EXPIRED');
});

test('a page never receives a bearer session', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  for (const headers of [
    { origin: 'http://localhost:3001' },
    { 'sec-fetch-site': 'same-origin' },
  ]) {
    const answer = await world.raw('POST', '/api/auth/siwe/challenge', headers, {
      address: wallet.address,
      transport: 'bearer',
    });
    t.is(answer.status, 403);
    t.is(answer.body['code'], 'ERR_BEARER_IN_BROWSER');
  }
});

test('an archived key signs nothing until it is restored', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const { token, keyId } = person;
  await world.call('POST', `/api/keys/${keyId}/archive`, { token });
  const refused = await world.sign(person, 'hello');
  t.is(refused.status, 409);
  t.is(refused.body['code'], 'ERR_KEY_ARCHIVED');
  await world.call('POST', `/api/keys/${keyId}/unarchive`, { token });
  t.is((await world.sign(person, 'hello')).status, 200);
});

test('the same wallet receives the same key after the volume is lost', async (t) => {
  const [first, second] = [await createWorld(), await createWorld()];
  t.teardown(async () => {
    await first.close();
    await second.close();
  });
  const person = await first.person();
  t.is((await second.person(person.wallet)).address, person.address);
});

test('an object instead of a text is refused as a bad request, even if comparing it throws', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const { token, keyId } = await world.person();
  const hostile = [
    { length: { toString: 'x' } },
    { length: { valueOf: 'x', toString: 'y' } },
    { toString: 1, valueOf: 1 },
    { toJSON: 'x' },
    [[]],
    { __proto__: { length: 3 } },
    JSON.parse('{"constructor":{"prototype":{"length":1}}}'),
  ];
  for (const value of hostile) {
    const answers = [
      await world.call('POST', '/api/auth/siwe/challenge', {
        body: { address: value, transport: 'bearer' },
      }),
      await world.call('POST', '/api/auth/siwe/verify', {
        body: { message: value, signature: value },
      }),
      await world.call('POST', `/api/keys/${keyId}/sign`, { token, body: { message: value } }),
      await world.call('POST', '/api/keys', { token, body: { label: value } }),
      await world.call('POST', '/api/delegate/sign', {
        token,
        body: { address: value, chainId: value, message: value, type: value },
      }),
    ];
    for (const { status, body } of answers) {
      t.is(status, 400, JSON.stringify(value));
      t.is(body['code'], 'ERR_REQUEST_INVALID');
    }
  }
});
