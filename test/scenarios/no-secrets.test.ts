/**
 * No key and no token appears anywhere it could be read: logs at every level, answers, errors, the
 * data directory. Each secret is looked for raw, in hex, base64 and base64url.
 */
import { test } from '../test.js';
import { testOfOneProcess } from './one-process.js';
import { createDstackEnclave } from '../../src/adapters/dstack-enclave.js';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { runRecordCodec } from '../../src/provisioning/run-record.js';
import { openEnvelope } from '../../src/protocol/sealed-envelope.js';
import { deriveBytes } from '../../src/protocol/hkdf.js';
import { startServiceProcess } from '../../scripts/local/service-process.js';
import { createWorld, type World } from './world.js';
import { signedInBrowser } from './wallet-browser.js';

function spellings(secret: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  return [
    bytes,
    ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(bytes.toString(form))),
    Buffer.from(bytes.toString('hex').toUpperCase()),
  ];
}

const storedBytes = async (world: World): Promise<readonly Buffer[]> => [
  ...(await world.storedBytes()).values(),
];

async function secretsOf(world: World, keyId: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const endpoint = world.env()['DSTACK_SIMULATOR_ENDPOINT'];
  const { key: root } = await createDstackEnclave({ endpoint }).getKey(
    'sealwright/root/v1',
    'sealwright.root.v1',
  );
  const derived = (name: string): Uint8Array => deriveBytes(root, [`sealwright.${name}.v1`]);
  return new Map([
    ['root key', root],
    ['state key', derived('state')],
    ['user-key root', derived('user-keys')],
    ['user-id key', derived('user-id')],
    ['session-token key', derived('session-token')],
    ['user key', deriveBytes(derived('user-keys'), ['user-key', '1', keyId, '0'])],
  ]);
}

test('no secret is in a log, a response or a file', async (t) => {
  const world = await createWorld({ tuning: { readBackDelayMs: 50 } });
  t.teardown(() => world.close());
  const said: string[] = [];
  const person = await world.person();
  const note = (answer: { body: unknown; headers: Headers }): void => {
    said.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]));
  };
  note(await world.sign(person));
  note(await world.sign(person, 'a message that no log may hold'));
  note(await world.bootstrapOf(person));
  note(await world.call('GET', '/api/account', { token: person.token }));
  note(await world.call('GET', '/api/keys', { token: `${person.token}x` }));
  world.node.setFaults('/delegate=status-500');
  note(await world.sign(await world.person()));
  const places = new Map<string, readonly Buffer[]>([
    ['logs', world.logs.map((line) => Buffer.from(line))],
    ['answers', said.map((line) => Buffer.from(line))],
    ['files', await storedBytes(world)],
  ]);
  // The scan must find something: a log line, and sealed bytes.
  t.true((places.get('logs') ?? []).some((line) => line.includes('bootstrap-complete')));
  t.true((places.get('files') ?? []).some((file) => file.length > 1_000));

  const secrets = new Map(await secretsOf(world, person.keyId));
  secrets.set('session token', Buffer.from(person.token));
  secrets.set('message', Buffer.from('a message that no log may hold'));
  secrets.set('recap', Buffer.from('urn:recap:'));
  for (const [name, secret] of secrets) {
    for (const [place, texts] of places) {
      const found = texts.some((text) => spellings(secret).some((form) => text.includes(form)));
      t.false(found, `${name} in ${place}`);
    }
  }
});

test("a browser's token is in no body, log or file, and reviewed content in no log or file", async (t) => {
  const world = await createWorld({ env: { APP_ORIGINS: 'https://app.example' } });
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  const said: string[] = [];
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await browser.call(method, path, body);
    said.push(JSON.stringify(answer.body));
    return answer;
  };
  const words = 'a sentence between a person and an app';
  const asked = { message: words, appOrigin: 'https://app.example' };
  const { body } = await call('POST', `/api/keys/${browser.keyId}/reviews`, asked);
  await call('POST', `/api/keys/${browser.keyId}/sign`, { reviewId: body['reviewId'] });
  await call('POST', `/api/keys/${browser.keyId}/sign`, { message: words });
  await call('GET', '/api/account/sessions');
  await call('GET', '/api/account/audit');
  await call('POST', `/api/keys/${browser.keyId}/sign`, { message: { words } });
  const token = (browser.cookie ?? '').split('=')[1] ?? '';
  t.regex(token, /^swt_/);
  const files = (await storedBytes(world)).map((file) => file.toString('latin1'));
  const logs = world.logs.join('');
  t.true(logs.includes('signature-given') && logs.includes('signature-refused'));
  for (const place of [...said, logs, ...files]) t.false(place.includes(token.slice(-52)));
  for (const place of [logs, ...files]) t.false(place.includes(words));
});

/** Returns the seed of an incomplete run, opened with the key that seals it. */
async function runSeedOf(world: World, stateKey: Uint8Array, appId: string): Promise<Uint8Array> {
  const [id = ''] = await world.storedIds('bootstrap-run');
  const stored = (await world.storedDocuments()).get(`bootstrap-run/${id}`);
  const { generation = 0, sealed = '' } = stored ?? {};
  const place = { appId, kind: 'bootstrap-run', id, generation };
  const key = deriveBytes(stateKey, ['document', 'bootstrap-run', id]);
  const plain = openEnvelope(key, place, new Uint8Array(Buffer.from(sealed, 'base64url')));
  return runRecordCodec.decode(plain).run.seed;
}

test('the session keys of a waiting run exist only in its sealed record', async (t) => {
  const world = await createWorld({ tuning: { retryDelaysMs: [3_600_000] } });
  t.teardown(() => world.close());
  const person = await world.person();
  world.node.setFaults('/encryption/networks=status-500');
  const said = [JSON.stringify((await world.sign(person)).body), world.logs.join('')];
  const stateKey = (await secretsOf(world, person.keyId)).get('state key') ?? new Uint8Array();
  const endpoint = world.env()['DSTACK_SIMULATOR_ENDPOINT'];
  const { appId } = await createDstackEnclave({ endpoint }).getInfo();
  const seed = await runSeedOf(world, stateKey, appId);
  t.is(seed.length, 32);
  const texts = [...said.map((text) => Buffer.from(text)), ...(await storedBytes(world))];
  const secrets = [
    seed,
    ...SPACE_NAMES.map((name) => deriveBytes(seed, ['sealwright.session-key.v1', name])),
  ];
  for (const secret of secrets) {
    t.false(texts.some((text) => spellings(secret).some((form) => text.includes(form))));
  }
});

test('the key that signs is the one that was searched for', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const { Wallet, hexlify } = await import('ethers');
  const key = (await secretsOf(world, person.keyId)).get('user key') ?? new Uint8Array();
  t.is(new Wallet(hexlify(key)).address, person.address);
});

testOfOneProcess(
  'A second process is refused only on one directory.',
  'a service that refuses to start reveals no secret either',
  async (t) => {
    const world = await createWorld();
    t.teardown(() => world.close());
    const secrets = await secretsOf(world, 'none');
    const error = await t.throwsAsync(startServiceProcess(world.env()));
    for (const [name, secret] of secrets) {
      for (const form of spellings(secret).slice(1)) {
        t.false(error?.message.includes(form.toString()), name);
      }
    }
  },
);
