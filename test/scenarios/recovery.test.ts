/** Recovery codes over HTTP: a way back when every other way to sign in is lost. */
import { Wallet } from 'ethers';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { WalletBrowser, signedInBrowser } from './wallet-browser.js';
import { createWorld, type Answer, type World } from './world.js';

const HOUR_MS = 3_600_000;

const codeOf = ({ body }: Answer): unknown => body['code'];

async function scene(t: ExecutionContext) {
  const time = { offsetMs: 0 };
  const world = await createWorld({ clock: () => Date.now() + time.offsetMs });
  t.teardown(() => world.close());
  const owner = await signedInBrowser(world);
  return { world, owner, time };
}

async function createCodes(browser: WalletBrowser): Promise<readonly string[]> {
  const { status, body } = await browser.call('POST', '/api/account/recovery-codes');
  if (status !== 201) throw new Error(String(body['code']));
  return body['codes'] as string[];
}

const recover = (browser: WalletBrowser, code: string): Promise<Answer> =>
  browser.call('POST', '/api/auth/recovery/verify', { code });

const newBrowser = (world: World): WalletBrowser => new WalletBrowser(world);

/** Another code of the same set: its last character is replaced. */
const wrong = (code: string): string => code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');

async function addWallet(browser: WalletBrowser, wallet: Wallet): Promise<Answer> {
  const path = '/api/account/credentials/wallet';
  const { address } = wallet;
  const challenge = await browser.call('POST', `${path}/challenge`, { address });
  if (challenge.status !== 200) return challenge;
  const message = String(challenge.body['message']);
  const signature = await wallet.signMessage(message);
  return browser.call('POST', `${path}/verify`, { message, signature });
}

test('one code signs in once, adds a way to sign in, and counts down', async (t) => {
  const { world, owner } = await scene(t);
  t.is((await owner.call('GET', '/api/account')).body['recovery'], null);
  const [code = '', second = ''] = await createCodes(owner);
  t.like((await owner.call('GET', '/api/account')).body['recovery'], { codesLeft: 10 });

  const browser = newBrowser(world);
  const recovered = await recover(browser, code.toLowerCase());
  t.is(recovered.status, 200);
  t.like(recovered.body, { user: { recovery: { codesLeft: 9 } } });
  t.is(codeOf(await recover(newBrowser(world), code)), 'ERR_RECOVERY_CODE');

  const wallet = Wallet.createRandom();
  t.is((await addWallet(browser, new Wallet(wallet.privateKey))).status, 201);
  const again = await signedInBrowser(world, new Wallet(wallet.privateKey));
  t.is(again.address, owner.address);
  t.is((await recover(newBrowser(world), second)).status, 200);
  const trail = await owner.call('GET', '/api/account/audit');
  const types = (trail.body['entries'] as { type: string }[]).map(({ type }) => type);
  t.is(types.filter((type) => type === 'recovery-code-used').length, 2);
  t.is(types.filter((type) => type === 'recovery-codes-created').length, 1);
});

test('a session that a code began may add a way to sign in for five minutes, and nothing else that needs a proof', async (t) => {
  const { world, owner, time } = await scene(t);
  const [code = '', second = ''] = await createCodes(owner);
  const browser = newBrowser(world);
  await recover(browser, code);
  const { body } = await browser.call('GET', '/api/account');
  const [credential] = body['credentials'] as { id: string }[];
  for (const [method, path, change] of [
    ['DELETE', '/api/account'],
    ['DELETE', `/api/account/credentials/${credential?.id ?? ''}`],
    ['POST', '/api/account/recovery-codes'],
    ['PATCH', '/api/account', { delegateSignEnabled: true }],
  ] as const) {
    t.is(codeOf(await browser.call(method, path, change)), 'ERR_STEP_UP_REQUIRED', path);
  }
  time.offsetMs += 300_000;
  t.is(
    codeOf(await addWallet(browser, new Wallet(Wallet.createRandom().privateKey))),
    'ERR_STEP_UP_REQUIRED',
  );
  await recover(browser, second);
  t.is((await addWallet(browser, new Wallet(Wallet.createRandom().privateKey))).status, 201);
});

test('new codes replace the old ones and end the sessions that those began', async (t) => {
  const { world, owner } = await scene(t);
  const [code = '', second = ''] = await createCodes(owner);
  const thief = newBrowser(world);
  await recover(thief, code);
  const sessions = await owner.call('GET', '/api/account/sessions');
  t.is((sessions.body['sessions'] as unknown[]).length, 2);
  const [fresh = ''] = await createCodes(owner);
  t.is(codeOf(await thief.call('GET', '/api/account')), 'ERR_SESSION_INVALID');
  t.is(codeOf(await recover(newBrowser(world), second)), 'ERR_RECOVERY_CODE');
  t.is((await recover(newBrowser(world), fresh)).status, 200);
});

test('twenty wrong codes lock the codes for an hour and no other way to sign in', async (t) => {
  const { world, owner, time } = await scene(t);
  const [code = ''] = await createCodes(owner);
  for (let count = 0; count < 20; count += 1) {
    t.is(codeOf(await recover(newBrowser(world), wrong(code))), 'ERR_RECOVERY_CODE');
  }
  const locked = await recover(newBrowser(world), code);
  t.is(codeOf(locked), 'ERR_RECOVERY_LOCKED');
  t.true(Number(locked.body['retryAfterMs']) <= HOUR_MS);
  await world.stop();
  await world.start();
  t.is(codeOf(await recover(newBrowser(world), code)), 'ERR_RECOVERY_LOCKED');
  t.is((await signedInBrowser(world, owner.wallet)).address, owner.address);
  time.offsetMs += HOUR_MS;
  t.is((await recover(newBrowser(world), code)).status, 200);
});

test('a code of another set, a used one and a malformed one are refused alike', async (t) => {
  const { world, owner } = await scene(t);
  await createCodes(owner);
  const answers = await Promise.all(
    ['', '0000-0000-0000-0000-0000-0000', 'not a code'].map((code) =>
      recover(newBrowser(world), code),
    ),
  );
  for (const { status, body } of answers) {
    t.is(status, 401);
    t.is(body['code'], 'ERR_RECOVERY_CODE');
    t.is(body['title'], answers[0]?.body['title']);
  }
});

test('of many uses of one code at once, one signs in', async (t) => {
  const { world, owner } = await scene(t);
  const [code = ''] = await createCodes(owner);
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => recover(newBrowser(world), code)),
  );
  t.is(answers.filter(({ status }) => status === 200).length, 1);
});

test('no file and no log line contains a code, and a deleted account leaves no set behind', async (t) => {
  const { world, owner } = await scene(t);
  const codes = await createCodes(owner);
  await recover(newBrowser(world), codes[0] ?? '');
  const stored = [...(await world.storedBytes()).values()];
  const texts = [...world.logs, ...stored.map((bytes) => bytes.toString('latin1'))];
  for (const code of codes) {
    const bare = code.replaceAll('-', '');
    t.false(texts.some((text) => text.includes(code) || text.includes(bare)));
  }
  t.is((await world.storedIds('recovery-set')).length, 1);
  await owner.call('DELETE', '/api/account');
  t.deepEqual(await world.storedIds('recovery-set'), []);
  t.is(codeOf(await recover(newBrowser(world), codes[1] ?? '')), 'ERR_RECOVERY_CODE');
});

test('another site cannot use a code', async (t) => {
  const { world, owner } = await scene(t);
  const [code = ''] = await createCodes(owner);
  const answer = await newBrowser(world).call(
    'POST',
    '/api/auth/recovery/verify',
    { code },
    { origin: 'https://evil.example' },
  );
  t.is(codeOf(answer), 'ERR_ORIGIN_REFUSED');
});
