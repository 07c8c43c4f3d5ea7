/** Exporting a key over HTTP: a way out that leaves a trace and no copy. */
import { verifyMessage, Wallet } from 'ethers';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { signedInBrowser, type WalletBrowser } from './wallet-browser.js';
import { createWorld, type Answer, type World, type WorldOptions } from './world.js';

const PASSPHRASE = 'correct horse battery staple';

async function scene(t: ExecutionContext, options: WorldOptions = {}) {
  const world = await createWorld(options);
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  return { world, browser };
}

const exportKey = (browser: WalletBrowser, changes: object = {}): Promise<Answer> =>
  browser.call('POST', `/api/keys/${browser.keyId}/export`, {
    passphrase: PASSPHRASE,
    confirmation: 'export Main',
    ...changes,
  });

const codeOf = ({ body }: Answer): unknown => body['code'];

async function textsOf(world: World): Promise<readonly string[]> {
  const stored = [...(await world.storedBytes()).values()];
  return [...world.logs, ...stored.map((bytes) => bytes.toString('latin1'))];
}

test('the exported key signs elsewhere as the same address, and the export leaves a trace and no copy', async (t) => {
  const { world, browser } = await scene(t);
  const { status, body } = await exportKey(browser);
  t.is(status, 200, String(body['code']));
  const opened = await Wallet.fromEncryptedJson(JSON.stringify(body), PASSPHRASE);
  t.is(opened.address, browser.address);
  t.is(verifyMessage('hello', await opened.signMessage('hello')), browser.address);

  const { body: key } = await browser.call('GET', `/api/keys/${browser.keyId}`);
  t.regex(String(key['exportedAt']), /^\d{4}-/);
  const trail = await browser.call('GET', '/api/account/audit');
  const entries = trail.body['entries'] as { type: string; detail: object }[];
  t.deepEqual(
    entries.filter(({ type }) => type === 'key-exported').map(({ detail }) => detail),
    [{ keyId: browser.keyId }],
  );

  if (!('privateKey' in opened)) return t.fail();
  const secrets = [PASSPHRASE, opened.privateKey.slice(2), JSON.stringify(body['crypto'])];
  const texts = await textsOf(world);
  for (const secret of secrets) t.false(texts.some((text) => text.includes(secret)));
});

test('a key is exported only under a long passphrase, with its name typed, and if it exists', async (t) => {
  const { world, browser } = await scene(t);
  for (const [changes, code] of [
    [{ passphrase: 'eleven char' }, 'ERR_REQUEST_INVALID'],
    [{ confirmation: 'export main' }, 'ERR_KEY_EXPORT_UNCONFIRMED'],
    [{ confirmation: '' }, 'ERR_KEY_EXPORT_UNCONFIRMED'],
  ] as const) {
    t.is(codeOf(await exportKey(browser, changes)), code);
  }
  const stranger = await signedInBrowser(world);
  stranger.keyId = browser.keyId;
  t.is(codeOf(await exportKey(stranger)), 'ERR_KEY_NOT_FOUND');
  const { body: key } = await browser.call('GET', `/api/keys/${browser.keyId}`);
  t.is(key['exportedAt'], undefined);
});

test('an operator can switch exports off, and the statement of the service tells which', async (t) => {
  const { world, browser } = await scene(t, { env: { KEY_EXPORT: 'off' } });
  t.is(codeOf(await exportKey(browser)), 'ERR_KEY_EXPORT_OFF');
  const { body } = await world.call('GET', '/attestation');
  const statement = JSON.parse(String(body['statement'])) as { config: Record<string, unknown> };
  t.is(statement.config['KEY_EXPORT'], 'off');
});

test('a person exports at most five times an hour', async (t) => {
  const { browser } = await scene(t, { env: { RATE_LIMITS: '' } });
  for (let count = 0; count < 5; count += 1) {
    t.is(codeOf(await exportKey(browser, { confirmation: '' })), 'ERR_KEY_EXPORT_UNCONFIRMED');
  }
  t.is(codeOf(await exportKey(browser)), 'ERR_RATE_LIMITED');
});
