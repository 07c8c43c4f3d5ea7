/**
 * Tests sign-in with what wallets really send: unusual signatures and addresses, and wallets that
 * were removed.
 */
import { Signature, Wallet } from 'ethers';
import { test } from '../test.js';
import { BrowserClient } from './browser-client.js';
import { type Answer, createWorld, type World } from './world.js';

const ORDER = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const word = (value: bigint): string => value.toString(16).padStart(64, '0');
const codeOf = ({ status, body }: Answer): unknown => body['code'] ?? status;

async function challengeFor(world: World, address: string): Promise<Answer> {
  const body = { address, transport: 'bearer' };
  return world.call('POST', '/api/auth/siwe/challenge', { body });
}

const verify = (world: World, message: string, signature: string): Promise<Answer> =>
  world.call('POST', '/api/auth/siwe/verify', { body: { message, signature } });

/** Returns what is written to standard error and by `console.error` while the work runs. */
async function printedDuring(work: () => Promise<void>): Promise<string> {
  const write = process.stderr.write.bind(process.stderr);
  const print = console.error;
  const printed: string[] = [];
  process.stderr.write = (chunk) => {
    printed.push(String(chunk));
    return true;
  };
  console.error = (...parts: unknown[]) => void printed.push(parts.map(String).join(' '));
  try {
    await work();
  } finally {
    process.stderr.write = write;
    console.error = print;
  }
  return printed.join('\n');
}

test('a malformed signature is refused with a code and is not printed', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  const { body } = await challengeFor(world, wallet.address);
  const message = String(body['message']);
  const { r, s, v } = Signature.from(await wallet.signMessage(message));
  const [rest, tail] = [`0x${r.slice(2)}`, s.slice(2)];
  const high = word(ORDER - BigInt(s));
  const rows = [
    [`${rest}${high}${v === 27 ? '1c' : '1b'}`, 'ERR_SIGNATURE_INVALID'],
    [`${rest}${tail}02`, 'ERR_SIGNATURE_INVALID'],
    [`${rest}${tail}1d`, 'ERR_SIGNATURE_INVALID'],
    [`0x${word(0n)}${tail}1b`, 'ERR_SIGNATURE_INVALID'],
    [`0x${'ff'.repeat(32)}${tail}1b`, 'ERR_SIGNATURE_INVALID'],
    [`${rest}${word(0n)}1b`, 'ERR_SIGNATURE_INVALID'],
    [`0x${'11'.repeat(268)}${'6492'.repeat(16)}`, 'ERR_SIGNATURE_CONTRACT_WALLET'],
  ] as const;
  const printed = await printedDuring(async () => {
    for (const [signature, code] of rows) {
      const answer = await verify(world, message, signature);
      t.is(answer.body['code'], code, signature);
      t.is(answer.status, 401);
    }
  });
  t.is(printed, '');
  for (const line of world.logs) t.notThrows(() => void JSON.parse(line));
});

test('the short form of a signature (EIP-2098) and a recovery id of 0 or 1 sign in', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  for (const form of ['short', 'hardware']) {
    const { body } = await challengeFor(world, wallet.address);
    const message = String(body['message']);
    const { compactSerialized, r, s, yParity } = Signature.from(await wallet.signMessage(message));
    const hardware = `${r}${s.slice(2)}0${yParity}`;
    const signature = form === 'short' ? compactSerialized : hardware;
    t.is((await verify(world, message, signature)).status, 200, form);
  }
});

test('an address in one letter case is accepted for programs and browsers, and a wrong checksum is not', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const { address } = Wallet.createRandom();
  const digits = address.slice(2);
  t.is((await challengeFor(world, `0x${digits.toLowerCase()}`)).status, 200);
  t.is((await challengeFor(world, `0x${digits.toUpperCase()}`)).status, 200);
  t.is((await challengeFor(world, address)).status, 200);
  const turned = address.replace(/[a-fA-F](?=[^a-fA-F]*$)/, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  t.is(codeOf(await challengeFor(world, turned)), 'ERR_ADDRESS_INVALID');
});

test('a wallet that was removed from its account cannot sign in', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const [first, second] = [Wallet.createRandom(), Wallet.createRandom()];
  const browser = new BrowserClient(world);
  const { body } = await browser.signInWithWallet(first);
  const [credential] = (body['user'] as { credentials: { id: string }[] }).credentials;
  t.is((await browser.addWallet(second)).status, 201);
  const elsewhere = new BrowserClient(world);
  t.is((await elsewhere.signInWithWallet(second)).status, 200);
  const path = `/api/account/credentials/${credential?.id}`;
  t.is((await elsewhere.call('DELETE', path)).status, 200);
  t.is(codeOf(await new BrowserClient(world).signInWithWallet(first)), 'ERR_CREDENTIAL_REMOVED');
  t.is(codeOf(await elsewhere.call('DELETE', path)), 'ERR_CREDENTIAL_NOT_FOUND');
});

test('a challenge that adds a wallet to one account is invalid for any other', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const [owner, other] = [new BrowserClient(world), new BrowserClient(world)];
  await owner.signInWithWallet(Wallet.createRandom());
  await other.signInWithWallet(Wallet.createRandom());
  const wallet = Wallet.createRandom();
  const { address } = wallet;
  const asked = await owner.post('/api/account/credentials/wallet/challenge', { address });
  const message = String(asked.body['message']);
  const proof = { message, signature: await wallet.signMessage(message) };
  const verifyPath = '/api/account/credentials/wallet/verify';
  t.is(codeOf(await other.post(verifyPath, proof)), 'ERR_CHALLENGE_INVALID');
  t.is((await owner.post(verifyPath, proof)).status, 201);
  t.is(codeOf(await owner.post(verifyPath, proof)), 'ERR_CHALLENGE_USED');
});

test('a removed wallet that another user claims at once stays with that user', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const [giver, taker] = [new BrowserClient(world), new BrowserClient(world)];
  await giver.signInWithWallet(Wallet.createRandom());
  const taken = await taker.signInWithWallet(Wallet.createRandom());
  const takerId = (taken.body['user'] as { id: string }).id;
  for (let round = 0; round < 5; round += 1) {
    const wallet = Wallet.createRandom();
    const added = await giver.addWallet(wallet);
    const credential = (added.body['credentials'] as { id: string; address?: string }[]).find(
      ({ address }) => address === wallet.address,
    );
    const path = `/api/account/credentials/${credential?.id}`;
    const [removed, ...claims] = await Promise.all([
      giver.call('DELETE', path),
      taker.addWallet(wallet),
      taker.addWallet(wallet),
    ]);
    t.is(removed.status, 200);
    const claimed = claims.some(({ status }) => status === 201) || (await taker.addWallet(wallet));
    t.truthy(claimed);
    const signedIn = await new BrowserClient(world).signInWithWallet(wallet);
    t.is((signedIn.body['user'] as { id: string }).id, takerId, `round ${round}`);
  }
});

test('sign-ins in five minutes are limited, because each stores its challenge', async (t) => {
  let nowMs = Date.now();
  const world = await createWorld({ clock: () => nowMs });
  t.teardown(() => world.close());
  const wallet = Wallet.createRandom();
  const signIn = async (): Promise<unknown> => {
    const { body } = await challengeFor(world, wallet.address);
    const message = String(body['message']);
    return codeOf(await verify(world, message, await wallet.signMessage(message)));
  };
  for (let count = 0; count < 100; count += 1) t.is(await signIn(), 200);
  t.is(await signIn(), 'ERR_TOO_MANY_SIGN_INS');
  nowMs += 300_000;
  t.is(await signIn(), 200);
});
