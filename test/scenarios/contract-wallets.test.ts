/** Tests sign-in with wallets that are contracts, judged by a real chain. */
import { AbiCoder, concat, Contract, ContractFactory, Wallet } from 'ethers';
import { createJsonRpcContractWallets } from '../../src/adapters/contract-wallets/json-rpc-contract-wallets.js';
import { SIGNATURE_CHECK_CODE } from '../../src/adapters/contract-wallets/signature-check-code.js';
import { parseAddress } from '../../src/protocol/address.js';
import { compileSolidity } from '../chain/compile.js';
import { type LocalChain, startChain, testOnChain } from '../chain/local-chain.js';
import { startScript } from '../chain/scripted-node.js';
import { test } from '../test.js';
import { WalletBrowser } from './wallet-browser.js';
import { type Answer, createWorld, type World } from './world.js';

const UNDEPLOYED = `0x${'6492'.repeat(16)}`;

const codeOf = ({ status, body }: Answer): unknown => body['code'] ?? status;

test('the code that a node runs is compiled from the source beside it', (t) => {
  const compiled = compileSolidity('src/adapters/contract-wallets/signature-check.sol');
  t.is(SIGNATURE_CHECK_CODE, compiled.get('SignatureCheck')?.code ?? '');
});

/** A factory on the chain, and the address at which it deploys the wallet of an owner. */
async function deployFactory({ provider }: LocalChain) {
  const compiled = compileSolidity('test/contract-wallets/owned-wallet.sol').get('WalletFactory');
  const signer = await provider.getSigner(0);
  const made = await new ContractFactory(
    compiled?.abi ?? '',
    compiled?.code ?? '',
    signer,
  ).deploy();
  await made.waitForDeployment();
  const factory = new Contract(await made.getAddress(), compiled?.abi ?? '', signer);
  return {
    factory,
    addressOf: async (owner: string): Promise<string> =>
      String(await factory.getFunction('addressOf').staticCall(owner)),
    deploy: async (owner: string): Promise<void> => {
      const sent = (await factory.getFunction('deploy')(owner)) as { wait(): Promise<unknown> };
      await sent.wait();
    },
  };
}

async function challengeFor(world: World, address: string): Promise<string> {
  const { body } = await world.call('POST', '/api/auth/siwe/challenge', {
    body: { address, transport: 'bearer' },
  });
  return String(body['message']);
}

const verify = (world: World, message: string, signature: string): Promise<Answer> =>
  world.call('POST', '/api/auth/siwe/verify', { body: { message, signature } });

testOnChain('a contract wallet signs in, deployed or not, and to the same account', async (t) => {
  const chain = await startChain(t);
  const { factory, addressOf, deploy } = await deployFactory(chain);
  const world = await createWorld({ env: { ETHEREUM_RPC: chain.url } });
  t.teardown(() => world.close());
  const owner = Wallet.createRandom();
  const address = await addressOf(owner.address);

  const first = await challengeFor(world, address);
  const wrapped = concat([
    AbiCoder.defaultAbiCoder().encode(
      ['address', 'bytes', 'bytes'],
      [
        await factory.getAddress(),
        factory.interface.encodeFunctionData('deploy', [owner.address]),
        await owner.signMessage(first),
      ],
    ),
    UNDEPLOYED,
  ]);
  t.is(codeOf(await verify(world, first, await owner.signMessage(first))), 'ERR_SIGNATURE_INVALID');
  const before = await verify(world, first, wrapped);
  t.is(before.status, 200, JSON.stringify(before.body));

  await deploy(owner.address);
  const second = await challengeFor(world, address);
  const stranger = Wallet.createRandom();
  const wrong = await verify(world, second, await stranger.signMessage(second));
  t.is(codeOf(wrong), 'ERR_SIGNATURE_INVALID');
  const after = await verify(world, second, await owner.signMessage(second));
  t.is(after.status, 200, JSON.stringify(after.body));
  const keysOf = ({ body }: Answer): unknown => (body['user'] as { keys: unknown }).keys;
  t.deepEqual(keysOf(after), keysOf(before));
});

testOnChain('a contract wallet is added to an account and signs in to it', async (t) => {
  const chain = await startChain(t);
  const { addressOf, deploy } = await deployFactory(chain);
  const world = await createWorld({ env: { ETHEREUM_RPC: chain.url } });
  t.teardown(() => world.close());
  const owner = Wallet.createRandom();
  await deploy(owner.address);
  const address = await addressOf(owner.address);
  const browser = new WalletBrowser(world);
  await browser.signIn();
  const path = '/api/account/credentials/wallet';
  const { body } = await browser.call('POST', `${path}/challenge`, { address });
  const message = String(body['message']);
  const signature = await owner.signMessage(message);
  t.is((await browser.call('POST', `${path}/verify`, { message, signature })).status, 201);
  const challenge = await challengeFor(world, address);
  const signedIn = await verify(world, challenge, await owner.signMessage(challenge));
  t.is(signedIn.status, 200);
  t.true(JSON.stringify(signedIn.body).includes(browser.address));
});

test('a node that lies signs nobody in to an account whose wallet is a key', async (t) => {
  const node = await startScript(t, () => ({ result: '0x01' }));
  const world = await createWorld({ env: { ETHEREUM_RPC: node.url } });
  t.teardown(() => world.close());
  const owner = Wallet.createRandom();
  const thief = Wallet.createRandom();
  const own = await challengeFor(world, owner.address);
  t.is((await verify(world, own, await owner.signMessage(own))).status, 200);
  const stolen = await challengeFor(world, owner.address);
  const forged = await verify(world, stolen, await thief.signMessage(stolen));
  t.is(codeOf(forged), 'ERR_SIGNATURE_INVALID');
  t.is((await verify(world, stolen, await owner.signMessage(stolen))).status, 200);
});

test('an account that a contract opened is not opened by a key', async (t) => {
  const node = await startScript(t, () => ({ result: '0x01' }));
  const world = await createWorld({ env: { ETHEREUM_RPC: node.url } });
  t.teardown(() => world.close());
  const owner = Wallet.createRandom();
  const first = await challengeFor(world, owner.address);
  t.is((await verify(world, first, `0x${'11'.repeat(70)}`)).status, 200);
  const second = await challengeFor(world, owner.address);
  t.is(
    codeOf(await verify(world, second, await owner.signMessage(second))),
    'ERR_SIGNATURE_INVALID',
  );
});

const ASKED = {
  address: parseAddress('0x43c410843B38A358bdec98c02C13F59d45a51085'),
  digest: new Uint8Array(32),
  signature: new Uint8Array(65),
};

test('a node that answers with anything but yes or no is not believed', async (t) => {
  const rows: readonly (readonly [
    what: string,
    answer: unknown,
    expected: boolean | 'unavailable',
  ])[] = [
    ['yes', { result: '0x01' }, true],
    ['no', { result: '0x00' }, false],
    ['a reverted call', { error: { code: 3, message: 'execution reverted' } }, false],
    ['another error', { error: { code: -32_000, message: 'overloaded' } }, 'unavailable'],
    ['a longer yes', { result: `0x${'00'.repeat(31)}01` }, 'unavailable'],
    ['nothing', {}, 'unavailable'],
    ['no object', 'yes', 'unavailable'],
    ['too much', { result: '0x01', more: 'x'.repeat(20_000) }, 'unavailable'],
  ];
  for (const [what, answer, expected] of rows) {
    const node = await startScript(t, () => answer);
    const accepted = createJsonRpcContractWallets(node.url).accepts(ASKED);
    if (expected === 'unavailable') {
      await t.throwsAsync(accepted, { code: 'ERR_CONTRACT_WALLET_UNAVAILABLE' }, what);
    } else t.is(await accepted, expected, what);
  }
});

test('a node of another chain, or none, signs nobody in and says when to try again', async (t) => {
  const other = await startScript(t, () => ({ result: '0x01' }), '0xa');
  for (const url of [other.url, 'http://127.0.0.1:9']) {
    const world = await createWorld({ env: { ETHEREUM_RPC: url } });
    t.teardown(() => world.close());
    const message = await challengeFor(world, ASKED.address);
    const answer = await verify(world, message, `0x${'11'.repeat(66)}`);
    t.is(answer.status, 503);
    t.is(codeOf(answer), 'ERR_CONTRACT_WALLET_UNAVAILABLE');
  }
});

test('a signature that is too long is not sent to the chain', async (t) => {
  const node = await startScript(t, () => ({ result: '0x01' }));
  const world = await createWorld({ env: { ETHEREUM_RPC: node.url } });
  t.teardown(() => world.close());
  const message = await challengeFor(world, ASKED.address);
  t.is(codeOf(await verify(world, message, `0x${'11'.repeat(8_193)}`)), 'ERR_SIGNATURE_INVALID');
  t.is(node.asked(), 0);
});
