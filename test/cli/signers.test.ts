/**
 * Tests signers: a refusal ends the run at once, a wrong signature is never sent, and Sealwright
 * cannot be its own signer.
 */
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import { test } from '../test.js';
import { errorCodeOf, ServiceError } from '../../src/errors.js';
import { adoptSigner, type SigningProvider } from '../../src/cli/foreign-signer.js';
import { createLocalKeySigner, openEcdsa, parseLocalKey } from '../../src/cli/local-key.js';
import type { LocalSigner } from '../../src/cli/local-signer.js';
import { createLocalWorld, isProved, newPerson } from './local-world.js';

type Asked = { readonly signer: LocalSigner; readonly count: () => number };

/** Signs until the n-th request (from 1), which `fail` handles, and counts the requests. */
function failingAt(signer: LocalSigner, n: number, fail: () => Promise<Uint8Array>): Asked {
  let count = 0;
  const sign = (text: string): Promise<Uint8Array> => {
    count += 1;
    return count === n ? fail() : signer.sign(text);
  };
  return { signer: { ...signer, sign }, count: () => count };
}

const refuse = (): Promise<Uint8Array> =>
  Promise.reject(new ServiceError('ERR_LOCAL_SIGNATURE_REFUSED'));

test('a refused signature cancels the sign-in, and nothing is sent', async (t) => {
  const world = await createLocalWorld(t);
  const { signer, count } = failingAt(newPerson().signer, 1, refuse);
  const error = await t.throwsAsync(world.signIn({ signer }));
  t.is(errorCodeOf(error), 'ERR_LOCAL_SIGNATURE_REFUSED');
  t.is(count(), 1);
  t.is(world.node.requests.length, 0);
});

test('each refused signature of the plan ends the run at once without further prompts or retries', async (t) => {
  const world = await createLocalWorld(t);
  for (let n = 2; n <= 11; n += 1) {
    const person = newPerson();
    const refusing = failingAt(person.signer, n, refuse);
    const result = await world.signIn(refusing);
    const expected = { state: 'degraded', reason: 'ERR_LOCAL_SIGNATURE_REFUSED', retryable: false };
    t.like(result.bootstrap, expected, `signature ${n}`);
    t.true(result.activated);
    t.is(refusing.count(), n, `signature ${n}`);
    t.is(result.signatures, n);
    const { address } = person.signer;
    t.is(world.node.inspect.kv(`tinycloud:pkh:eip155:1:${address}:account`).size, 0);
    // This one is between the sessions and the hosts; the others have the same result.
    if (n !== 8) continue;
    t.like((await world.signIn(person)).bootstrap, { state: 'done' }, `signature ${n}`);
    for (const [kind, cids] of world.planned(address)) t.is(cids.size, 1, `${n}: ${kind}`);
  }
});

test('a refusal does not wait for a node that hangs', async (t) => {
  t.timeout(300_000);
  const world = await createLocalWorld(t);
  world.node.setFaults('/peer/generate=hang');
  const { signer } = failingAt(newPerson().signer, 3, refuse);
  const limits = { requestDeadlineMs: 600_000, runDeadlineMs: 600_000 };
  const { bootstrap } = await world.signIn({ signer }, { limits });
  t.like(bootstrap, { state: 'degraded', reason: 'ERR_LOCAL_SIGNATURE_REFUSED' });
});

test('a signature by another key is never sent', async (t) => {
  const world = await createLocalWorld(t);
  const other = newPerson().signer;
  const long = await other.sign('x');
  const wrong: readonly (() => Promise<Uint8Array>)[] = [
    () => other.sign('another text'),
    async () => long.slice(0, 64),
    async () => new Uint8Array(65),
    async () => new Uint8Array(65).fill(255),
    async () => new Uint8Array(0),
  ];
  for (const fail of wrong) {
    const { signer } = failingAt(newPerson().signer, 1, fail);
    const error = await t.throwsAsync(world.signIn({ signer }));
    t.is(errorCodeOf(error), 'ERR_LOCAL_SIGNATURE_INVALID');
  }
  t.is(world.node.requests.length, 0);
  const { signer, count } = failingAt(newPerson().signer, 4, async () => new Uint8Array(65));
  const { bootstrap } = await world.signIn({ signer });
  t.like(bootstrap, { state: 'degraded', reason: 'ERR_LOCAL_SIGNATURE_INVALID' });
  t.is(count(), 4);
});

test('a signer that fails differs from one that refuses', async (t) => {
  const world = await createLocalWorld(t);
  const broken = (): Promise<Uint8Array> => Promise.reject(new Error('unplugged'));
  const { signer, count } = failingAt(newPerson().signer, 3, broken);
  const { bootstrap } = await world.signIn({ signer });
  t.like(bootstrap, { state: 'degraded', reason: 'ERR_LOCAL_SIGNER_FAILED', retryable: true });
  t.is(count(), 3);
});

const newWallet = (): Wallet => new Wallet(`0x${randomBytes(32).toString('hex')}`);

/** Creates a wallet in a browser, which returns the address in lowercase as wallets do. */
function providerOf(wallet: Wallet, more: object = {}): SigningProvider {
  return {
    ...more,
    request: async ({ method, params }) => {
      if (method === 'eth_requestAccounts') return [wallet.address.toLowerCase()];
      if (method !== 'personal_sign') throw new Error(method);
      return wallet.signMessage(Buffer.from(String(params?.[0]).slice(2), 'hex'));
    },
  };
}

test('a signer of another library sets up the account and completes an interrupted run', async (t) => {
  const world = await createLocalWorld(t);
  const signer = await adoptSigner(newWallet());
  t.false(signer.interactive);
  world.node.setFaults('/encryption/networks=status-400');
  t.like((await world.signIn({ signer })).bootstrap, { state: 'degraded' });
  world.node.setFaults('');
  const result = await world.signIn({ signer });
  t.like(result.bootstrap, { state: 'done', resumed: true });
  for (const [kind, cids] of world.planned(signer.address)) t.is(cids.size, 1, kind);
  t.true(await isProved(result.session));
});

test('a provider counts as interactive by default', async (t) => {
  const world = await createLocalWorld(t);
  const wallet = newWallet();
  const asking = await adoptSigner(providerOf(wallet));
  const address: string = asking.address;
  t.is(address, wallet.address);
  t.like((await world.signIn({ signer: asking })).bootstrap, { state: 'skipped' });
  const acting = await adoptSigner(providerOf(wallet), { interactive: false });
  t.like((await world.signIn({ signer: acting })).bootstrap, { state: 'done', path: 'fresh' });
});

test('the refusal codes of wallets are recognized', async (t) => {
  const { address } = newWallet();
  for (const code of [4001, 'ACTION_REJECTED']) {
    const error = Object.assign(new Error('no'), { code });
    const signer = await adoptSigner({ address, signMessage: () => Promise.reject(error) });
    t.is(errorCodeOf(await t.throwsAsync(signer.sign('x'))), 'ERR_LOCAL_SIGNATURE_REFUSED');
    const provider = { request: () => Promise.reject(error) };
    t.is(errorCodeOf(await t.throwsAsync(adoptSigner(provider))), 'ERR_LOCAL_SIGNATURE_REFUSED');
  }
});

test('our own provider is refused as a signer, wrapped or not, before it receives a request', async (t) => {
  const world = await createLocalWorld(t);
  let asked = 0;
  const own = {
    isSealwright: true,
    request: async () => {
      asked += 1;
      return [];
    },
  };
  const wallet = newWallet();
  const signMessage = (text: string): Promise<string> => wallet.signMessage(text);
  const candidates = [
    own,
    { address: wallet.address, signMessage, provider: own },
    { address: wallet.address, signMessage, provider: { provider: own } },
  ];
  for (const candidate of candidates) {
    const error = await t.throwsAsync(adoptSigner(candidate));
    t.is(errorCodeOf(error), 'ERR_LOCAL_SIGNER_IS_SERVICE');
  }
  const marked = Object.assign(newPerson().signer, { isSealwright: true });
  const error = await t.throwsAsync(world.signIn({ signer: marked }));
  t.is(errorCodeOf(error), 'ERR_LOCAL_SIGNER_IS_SERVICE');
  t.is(asked, 0);
  t.is(world.node.requests.length, 0);
});

test('a response of our sign route is refused as a signature, and nothing is sent', async (t) => {
  const world = await createLocalWorld(t);
  const wallet = newWallet();
  const signer = await adoptSigner({
    address: wallet.address,
    signMessage: async (text) => ({
      signature: await wallet.signMessage(text),
      address: wallet.address,
      tinycloudBootstrap: { status: 'pending', state: 'executing' },
    }),
  });
  const error = await t.throwsAsync(world.signIn({ signer }));
  t.is(errorCodeOf(error), 'ERR_LOCAL_SIGNER_IS_SERVICE');
  t.is(world.node.requests.length, 0);
});

test('values that are not signers are refused', async (t) => {
  const { address } = newWallet();
  const signMessage = async (): Promise<string> => '0x00';
  const wrong: readonly unknown[] = [
    {},
    null,
    'signer',
    { address, signMessage: 'no function' },
    { address: `${address}0`, signMessage },
    { signMessage },
    { request: async () => [] },
    { request: async () => ['0x00'] },
  ];
  for (const candidate of wrong) {
    const error = await t.throwsAsync(adoptSigner(candidate as SigningProvider));
    t.is(errorCodeOf(error), 'ERR_LOCAL_SIGNER_UNKNOWN');
  }
  // One digit in the wrong case is a typing error and not another spelling.
  const digit = address.search(/[a-f]/);
  const typo = `${address.slice(0, digit)}${address.charAt(digit).toUpperCase()}${address.slice(digit + 1)}`;
  await t.throwsAsync(adoptSigner({ address: typo, signMessage }));
  const bad = await adoptSigner({ address, signMessage });
  t.is(errorCodeOf(await t.throwsAsync(bad.sign('x'))), 'ERR_LOCAL_SIGNATURE_INVALID');
});

test('a key must be 32 bytes in hex within the range of the curve', async (t) => {
  const digits = randomBytes(32).toString('hex');
  for (const text of [digits, `0x${digits}`, ` ${digits.toUpperCase()}\n`]) {
    t.is(Buffer.from(parseLocalKey(text)).toString('hex'), digits);
  }
  for (const text of [
    '',
    'key',
    digits.slice(1),
    `${digits}0`,
    `0x0x${digits}`,
    `${digits}\n${digits}`,
  ]) {
    t.is(errorCodeOf(t.throws(() => parseLocalKey(text))), 'ERR_LOCAL_KEY_INVALID', text);
  }
  const ecdsa = await openEcdsa();
  for (const byte of [0, 255]) {
    const error = t.throws(() => createLocalKeySigner(new Uint8Array(32).fill(byte), ecdsa));
    t.is(errorCodeOf(error), 'ERR_LOCAL_KEY_INVALID');
  }
});
