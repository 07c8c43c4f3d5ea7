/**
 * The certificate that the service obtains: issued, renewed and resumed against an authority in
 * memory, with an injected clock.
 */
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import type { AuthorityAccount } from '../../src/certificates/certificate-authority.js';
import type { KeptCertificate } from '../../src/certificates/kept-certificate.js';
import { createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';
import { type FakeAuthority, STEPS } from './fake-authority.js';
import { createScene, DAY_MS } from './keeper-scene.js';

const MINUTE_MS = 60_000;

/** Moves the clock by minutes, and looks at each of them as the timer does. */
async function live(
  scene: ReturnType<typeof createScene>,
  kept: KeptCertificate,
  ms: number,
): Promise<void> {
  for (const endMs = scene.nowMs + ms; scene.nowMs < endMs; scene.nowMs += MINUTE_MS) {
    await kept.check();
  }
}

test('a first certificate is issued for a key that the store has before the authority', async (t) => {
  const store = createMemoryStateStore();
  const scene = createScene(store);
  const { authority, outcomes } = scene;
  const kept = await scene.open();
  t.is(kept.current(), undefined);
  t.is(kept.state, 'expired');
  authority.onFinalize = () => t.true(store.documents.has('tls-order/current'));
  await kept.untilIssued();
  t.is(kept.state, 'valid');
  t.is(kept.accountUri, 'https://ca.example/a/0');
  t.is(await kept.challenge(), undefined);
  t.deepEqual(outcomes, ['issued']);
  t.deepEqual([...store.documents.keys()].toSorted(), [
    'acme-account/current',
    'tls-certificate/current',
  ]);
  const { length } = authority.steps;
  const next = await scene.open();
  await next.untilIssued();
  t.is(next.current()?.spkiSha256, kept.current()?.spkiSha256);
  t.is(next.accountUri, kept.accountUri);
  t.is(authority.steps.length, length, 'a stored certificate costs no call');
});

test('a certificate is renewed with a new key after two thirds of its lifetime, and not before', async (t) => {
  for (const [random, share] of [
    [0, 2 / 3],
    [0.96, 2 / 3 + 0.04],
  ] as const) {
    const scene = createScene();
    scene.random = random;
    const kept = await scene.open();
    await kept.untilIssued();
    const first = kept.current();
    const changes: string[] = [];
    kept.onChange(({ spkiSha256 }) => changes.push(spkiSha256));
    const dueMs = kept.expiresAtMs - 90 * DAY_MS * (1 - share);
    scene.nowMs = dueMs - 1_000;
    await kept.check();
    t.is(kept.current(), first);
    scene.nowMs = dueMs + 1_000;
    await kept.check();
    t.not(kept.current()?.spkiSha256, first?.spkiSha256);
    t.not(kept.current()?.key, first?.key);
    t.deepEqual(changes, [kept.current()?.spkiSha256 ?? '']);
    t.is(scene.authority.accounts.size, 1);
    t.true(kept.expiresAtMs > scene.nowMs + 89 * DAY_MS);
  }
});

test('an order that the authority rejects leaves what is served, and the next attempt places another one', async (t) => {
  const scene = createScene();
  const { authority, outcomes, lines } = scene;
  const kept = await scene.open();
  await kept.untilIssued();
  const first = kept.current();
  scene.nowMs += 62 * DAY_MS;
  authority.isRefusing = true;
  await kept.check();
  t.deepEqual(outcomes, ['issued', 'failed']);
  t.is(kept.state, 'delayed');
  t.is(kept.current(), first);
  t.is(await kept.challenge(), undefined);
  const line = lines.find((each) => each.includes('certificate-order-failed')) ?? '';
  t.true(line.includes('ERR_CERTIFICATE_ORDER') && line.includes('nobody answered'));
  authority.isRefusing = false;
  await live(scene, kept, 4 * MINUTE_MS);
  t.is(authority.count('place'), 2, 'an attempt waits at least five minutes');
  await live(scene, kept, 3 * MINUTE_MS);
  t.is(authority.count('place'), 3);
  t.is(kept.state, 'valid');
  t.not(kept.current()?.spkiSha256, first?.spkiSha256);
});

test('an authority that is away for a day changes nothing that is served and is asked ever less often', async (t) => {
  const scene = createScene();
  const { authority, outcomes } = scene;
  const kept = await scene.open();
  await kept.untilIssued();
  const first = kept.current();
  scene.nowMs += 62 * DAY_MS;
  authority.isAway = true;
  await live(scene, kept, 60 * MINUTE_MS);
  const firstHour = outcomes.length - 1;
  t.true(firstHour >= 3 && firstHour <= 5, String(firstHour));
  await live(scene, kept, 23 * 60 * MINUTE_MS);
  const day = outcomes.length - 1;
  t.true(day <= 12, String(day));
  t.is(kept.current(), first);
  t.is(kept.state, 'delayed');
  authority.isAway = false;
  await live(scene, kept, 6 * 60 * MINUTE_MS);
  t.is(kept.state, 'valid');
  t.is(authority.count('finalize'), 2);
  t.is(authority.accounts.size, 1);
});

test('a certificate that expires while the authority is away is still served and said to be expired', async (t) => {
  const scene = createScene();
  const kept = await scene.open();
  await kept.untilIssued();
  scene.authority.isAway = true;
  scene.nowMs += 91 * DAY_MS;
  await kept.check();
  t.is(kept.state, 'expired');
  t.not(kept.current(), undefined);
  scene.authority.isAway = false;
  await live(scene, kept, 10 * MINUTE_MS);
  t.is(kept.state, 'valid');
});

for (const step of STEPS) {
  test(`a process that ends at the step "${step}" is continued by the next one with the same account and key`, async (t) => {
    for (const at of ['before', 'after'] as const) {
      const scene = createScene();
      const { authority } = scene;
      authority.fault = { step, at };
      const kept = await scene.open();
      await kept.check();
      t.deepEqual(scene.outcomes, ['failed']);
      const next = await scene.open();
      await next.check();
      t.is(next.state, 'valid', at);
      t.is(authority.accounts.size, 1);
      t.is(authority.count('finalize'), 1, 'one certificate');
      t.is(authority.orders.size, step === 'place' && at === 'after' ? 2 : 1);
    }
  });
}

test('an order that the authority has forgotten or that is too old is replaced', async (t) => {
  const scene = createScene();
  const { authority } = scene;
  authority.fault = { step: 'view', at: 'before' };
  const kept = await scene.open();
  await kept.check();
  authority.orders.clear();
  await live(scene, kept, 20 * MINUTE_MS);
  t.is(kept.state, 'valid');

  const other = createScene();
  other.authority.fault = { step: 'view', at: 'before' };
  await (await other.open()).check();
  other.nowMs += DAY_MS;
  await (await other.open()).check();
  t.is(other.authority.orders.size, 2);
});

test('an authority that has lost the account is told of the same key again', async (t) => {
  const scene = createScene();
  const { authority } = scene;
  const kept = await scene.open();
  await kept.untilIssued();
  const [[key] = ['']] = authority.accounts;
  authority.accounts.clear();
  scene.nowMs += 62 * DAY_MS;
  await live(scene, kept, 20 * MINUTE_MS);
  t.is(kept.state, 'valid');
  t.deepEqual([...authority.accounts.keys()], [key]);
});

test('a stop ends an attempt that waits for the authority, and the next process resumes its order', async (t) => {
  for (const step of STEPS) {
    const scene = createScene();
    const { authority } = scene;
    authority.hanging.add(step);
    const kept = await scene.open();
    const attempt = kept.check();
    while (!authority.steps.includes(step)) await new Promise(setImmediate);
    await kept.stop();
    await attempt;
    t.deepEqual(scene.outcomes, [], 'a stop is no failure');
    t.is(await kept.challenge(), undefined);
    const { length } = authority.steps;
    await kept.check();
    t.is(authority.steps.length, length, 'nothing begins after a stop');
    authority.hanging.clear();
    const next = await scene.open();
    await next.check();
    t.is(next.state, 'valid', step);
  }
});

test('two looks at the same time make one attempt', async (t) => {
  const scene = createScene();
  const kept = await scene.open();
  await Promise.all([kept.check(), kept.check(), kept.check()]);
  t.deepEqual(scene.outcomes, ['issued']);
});

test('a certificate for another name is rejected, and one that was issued for a former name is not served', async (t) => {
  const scene = createScene();
  const { authority } = scene;
  authority.nameInstead = 'other.example';
  const kept = await scene.open();
  await kept.check();
  t.is(kept.current(), undefined);
  t.true(scene.lines.some((line) => line.includes('ERR_CERTIFICATE_ORDER')));
  authority.nameInstead = undefined;
  await kept.untilIssued();
  t.is((await scene.open({ name: 'other.example' })).current(), undefined);
  const elsewhere = await scene.open({ directory: 'https://other.example/directory' });
  t.is(elsewhere.current(), undefined);
  t.is(elsewhere.accountUri, undefined);
});

test('an authority that decides nothing ends the attempt, and the order stays for the next one', async (t) => {
  const scene = createScene();
  const { authority } = scene;
  const kept = await scene.open({
    authority: Object.assign(Object.create(authority) as FakeAuthority, {
      createKey: () => authority.createKey(),
      register: (key: string) => authority.register(key),
      placeOrder: (account: AuthorityAccount, name: string) => authority.placeOrder(account, name),
      viewOrder: async () => ({ status: 'processing' as const }),
    }),
  });
  await kept.check();
  t.deepEqual(scene.outcomes, ['failed']);
  t.true(scene.lines.some((line) => line.includes('ERR_CERTIFICATE_AUTHORITY')));
  await (await scene.open()).check();
  t.is(authority.orders.size, 1);
});

test('no key of an account, an order or a certificate is on the disk or in the log unsealed', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'certificates-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const store = await openJsonStateStore(dataDir);
  const scene = createScene(store);
  const { authority } = scene;
  const kept = await scene.open();
  await kept.untilIssued();
  scene.nowMs += 62 * DAY_MS;
  // One key stays in an order that is not complete.
  authority.fault = { step: 'finalize', at: 'before' };
  await kept.check();
  const before = await readAll(dataDir);
  await store.close();
  const texts = [...before, ...(await readAll(dataDir)), ...scene.lines.map((l) => Buffer.from(l))];
  t.true(texts.some((text) => text.includes('tls-order')));
  t.is(authority.keys.length, 3);
  for (const key of authority.keys) {
    for (const form of spellings(key)) t.false(texts.some((text) => text.includes(form)));
  }
});

async function readAll(directory: string): Promise<readonly Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}

/** The private number of a key, and its PEM, as they could be written. */
function spellings(pem: string): readonly Buffer[] {
  const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  const [, line = ''] = pem.split('\n');
  return [
    secret,
    ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(secret.toString(form))),
    Buffer.from(line),
  ];
}
