/**
 * Tests that a service does not start if its key, its state or its settings are in doubt, and that
 * it reports why with a code.
 */
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../../src/errors.js';
import { test } from '../test.js';
import { freePort } from '../../scripts/local/free-port.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { startServiceProcess } from '../../scripts/local/service-process.js';
import { createWorld, outcomeOf, type Person, type World } from './world.js';

const refusal = (world: World, env: Readonly<Record<string, string>>): Promise<unknown> =>
  startServiceProcess({ ...world.env(), ...env });

const codeAndProblemsOf = async (
  world: World,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  try {
    await world.start(env);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [error.code, ...Object.values(error.detail)].map(String).join(' ');
  }
  await world.stop();
  return 'it starts';
};

test('each bad setting is named, and the service does not start', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  await world.stop();
  const rows: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ DATA_DIR: '/nowhere/at/all' }, /ERR_DATA_DIR \/nowhere\/at\/all missing/],
    [{ DATA_DIR: '/proc' }, /ERR_DATA_DIR \/proc /],
    [{ DATA_DIR: `/tmp/${'long'.repeat(30)}` }, /ERR_DATA_DIR .*long/],
    [{ PORT: 'x' }, /PORT: must be a whole number/],
    [{ TINYCLOUD_BOOTSTRAP_ON_SING: 'off' }, /TINYCLOUD_BOOTSTRAP_ON_SING: is not a setting/],
    [{ DATABASE_URL: 'postgres://x' }, /DATABASE_URL/],
    [{ SEALWRIGHT_MODE: 'production', NODE_EXTRA_CA_CERTS: '/x' }, /NODE_EXTRA_CA_CERTS/],
    [{ SEALWRIGHT_MODE: 'production' }, /DSTACK_SIMULATOR_ENDPOINT/],
    [{ TINYCLOUD_BOOTSTRAP_HOST: 'http://node.example' }, /TINYCLOUD_BOOTSTRAP_HOST/],
    [{ HOST: '0.0.0.0' }, /HOST: must be loopback/],
    [
      { DSTACK_SIMULATOR_ENDPOINT: 'http://127.0.0.1:9' },
      /ERR_ENCLAVE_UNAVAILABLE http:\/\/127\.0\.0\.1:9 Info no connection/,
    ],
    [
      { TLS_MODE: 'files', TLS_CERTIFICATE_FILE: '/nowhere/a.pem', TLS_KEY_FILE: '/nowhere/b.pem' },
      /ERR_TLS_FILES \/nowhere\/a\.pem/,
    ],
    [{ PUBLIC_ORIGIN: 'http://localhost:4000', STATE_INIT: '0' }, /ERR_STATE_MARKER_MISMATCH/],
  ];
  for (const [env, said] of rows) {
    t.regex(await codeAndProblemsOf(world, env), said, JSON.stringify(env));
  }
});

test('a process that does not start reports all problems, for people before the line for machines', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  await world.stop();
  const bad = { PORT: 'x', TINYCLOUD_X: '1', DATABASE_URL: 'x', LOG_LEVEL: 'loud' };
  const error = await t.throwsAsync(refusal(world, bad), {
    message: /^[^{]*PORT: must be a whole number[^]*\n\{.*start-refused/,
  });
  for (const name of Object.keys(bad)) t.regex(error?.message ?? '', new RegExp(`${name}:`));
  await t.throwsAsync(refusal(world, { PORT: new URL(world.node.url).port }), {
    message: /ERR_LISTEN[^]*EADDRINUSE[^]*PORT/,
  });
});

test('a process that does not start says why a file or a database was not reached', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  await world.stop();
  const port = await freePort();
  const rows: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [
      { TLS_MODE: 'files', TLS_CERTIFICATE_FILE: '/nowhere/a.pem', TLS_KEY_FILE: '/nowhere/b.pem' },
      '  reason: /nowhere/a.pem: it does not exist\n',
    ],
    [
      { DATA_DIR: '', DATABASE_URL: `postgres://user:secret-word@127.0.0.1:${port}/x` },
      `  reason: 127.0.0.1:${port}: nothing listens there\n`,
    ],
  ];
  for (const [env, said] of rows) {
    const { message } = await t.throwsAsync(refusal(world, env));
    t.true(message.includes(said), message);
    t.false(message.includes('secret-word'), message);
  }
});

test('a second service on the same directory is refused', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const error = await t.throwsAsync(refusal(world, {}), { message: /ERR_DATA_DIR_LOCKED/ });
  t.true(error?.message.includes(`path: ${world.dataDir}`));
});

test('a directory without its marker is not accepted as a new one', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  await world.stop();
  await rm(join(world.dataDir, 'store'), { recursive: true });
  await t.throwsAsync(world.start({ STATE_INIT: '0' }), { code: 'ERR_STATE_MARKER_MISSING' });
});

test('a damaged journal is named with its file and line', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  await world.stop();
  const journal = join(world.dataDir, 'journal');
  await mkdir(journal, { recursive: true });
  await writeFile(join(journal, '000000000007.jsonl'), 'torn\ntorn\n');
  t.regex(await codeAndProblemsOf(world, {}), /^ERR_STATE_TAMPERED 000000000007\.jsonl 1$/);
});

for (const fault of ['error', 'wrong-shape', 'close'] as const) {
  test(`with the enclave fault ${fault} the service does not start`, async (t) => {
    const agent = await startGuestAgent({ port: 0, fault });
    const world = await createWorld();
    t.teardown(async () => {
      await world.close();
      await agent.close();
    });
    await world.stop();
    const started = world.start({ DSTACK_SIMULATOR_ENDPOINT: agent.endpoint });
    await t.throwsAsync(started, {
      code: fault === 'close' ? 'ERR_ENCLAVE_UNAVAILABLE' : 'ERR_ENCLAVE_REPLY',
    });
  });
}

async function documentOf(world: World, person: Person): Promise<string> {
  const userId = person.keyId.slice(0, 32);
  const entries = await readdir(join(world.dataDir, 'user'), { recursive: true });
  const found = entries.find((entry) => entry.endsWith(`${userId}.json`));
  return join(world.dataDir, 'user', found ?? '');
}

test('a changed or swapped document is refused for its user only', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const [changed, swapped, untouched] = [
    await world.person(),
    await world.person(),
    await world.person(),
  ];
  await world.stop();
  await copyFile(await documentOf(world, untouched), await documentOf(world, swapped));
  await writeFile(await documentOf(world, changed), '{"version":1,"generation":1,"sealed":"AAAA"}');
  await world.start();
  for (const person of [changed, swapped]) {
    const answer = await world.call('GET', '/api/keys', { token: person.token });
    t.is(answer.status, 500);
    t.is(answer.body['code'], 'ERR_STATE_TAMPERED');
  }
  t.like(outcomeOf(await world.sign(untouched)), { status: 'complete' });
});

test('a document that is rolled back in its file while the service runs is not served', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  await world.stop();
  const path = await documentOf(world, person);
  await copyFile(path, `${path}.old`);
  await world.start();
  await world.call('PATCH', '/api/account', {
    token: person.token,
    body: { autoSignEnabled: false },
  });
  await copyFile(`${path}.old`, path);
  const { body } = await world.call('GET', '/api/account', { token: person.token });
  t.is(body['autoSignEnabled'], false);
});
