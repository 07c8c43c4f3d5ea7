/** Tests that the facts of governance are read from a chain as they are. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { id } from 'ethers';
import { READ_FLAGS_CODE } from '../../attestation/governance/chain/read-flags-code.js';
import { governanceSchema } from '../../attestation/governance/facts.js';
import { reportSchema } from '../../attestation/report.js';
import { compileSolidity } from '../chain/compile.js';
import { type Ran, runVerifier, VERIFIER_HOME } from '../attestation/run-verifier.js';
import { createWorld } from '../scenarios/world.js';
import { testOnChain } from '../chain/local-chain.js';
import { test } from '../test.js';
import { Instead, startHostileRpc, type HostileRpc, type Passed } from './hostile-rpc.js';
import { codeOf, read, sharedChain, shortly, word } from './scene.js';

const { chainOf, end } = sharedChain(Date.parse('2026-06-01T00:00:00Z'));
test.after(end);

test('the code that a provider runs is compiled from the source beside it', (t) => {
  const compiled = compileSolidity('attestation/governance/chain/read-flags.sol');
  t.is(READ_FLAGS_CODE, compiled.get('ReadFlags')?.code ?? '');
});

testOnChain('owner, upgrades, devices and every compose hash are read', async (t) => {
  const chain = await chainOf();
  const app = await chain.deployBehindProxy('App');
  const next = await chain.deploy('App');
  await app.call('addComposeHash', word('a'));
  await app.call('addComposeHash', word('b'));
  await app.call('removeComposeHash', word('a'));
  await app.call('removeComposeHash', word('c'));
  await app.call('addDevice', word('d'));
  await app.call('addDevice', word('e'));
  await app.call('removeDevice', word('d'));
  await app.call('setAllowAnyDevice', true);
  await app.call('offer', next.address);
  await app.call('upgradeToAndCall', next.address, '0x');
  await chain.finalize();
  const facts = (await read({ rpcUrls: [chain.url], app: app.address })).app;
  t.deepEqual(shortly(facts.compose_hashes), [
    'a not: added removed',
    'b allowed: added',
    'c not: removed',
  ]);
  t.deepEqual(shortly(facts.devices), ['d not: added removed', 'e allowed: added']);
  t.like(facts, { any_device: true, require_tcb_up_to_date: false, pending_owner: next.address });
  t.like(facts.owner, { kind: 'account', address: await chain.account(), delegates_to: null });
  t.is(facts.proxy.implementation?.address, next.address);
  t.is(facts.proxy.implementations.length, 2);
  t.is(facts.proxy.may_upgrade, 'owner');
  const [change] = facts.compose_hashes[0]?.changes ?? [];
  t.regex(change?.time ?? '', /^2026-06-01T00:0/);
});

testOnChain(
  'everything is read at one finalized block, and later changes are not seen',
  async (t) => {
    const chain = await chainOf();
    const app = await chain.deployBehindProxy('App');
    await app.call('addComposeHash', word('a'));
    await chain.finalize();
    const rpc = await startHostileRpc(t, chain.url, async ({ honest }) => honest());
    await app.call('addComposeHash', word('b'));
    const facts = await read({ rpcUrls: [rpc.url], app: app.address });
    t.deepEqual(shortly(facts.app.compose_hashes), ['a allowed: added']);
    const { number, finality } = facts.source.block;
    t.is(finality, 'finalized');
    const states = rpc.asked.filter(({ method }) => /^eth_(?:call|getStorageAt)$/.test(method));
    t.true(states.length > 5);
    const blocks = new Set(states.map(({ params }) => params.at(-1)));
    t.deepEqual([...blocks], [`0x${number.toString(16)}`]);
    t.deepEqual(facts.source.rpc_hosts, [new URL(rpc.url).host]);
  },
);

testOnChain(
  'a chain without a finalized block is read at its newest one, which is said',
  async (t) => {
    const chain = await chainOf();
    const app = await chain.deployBehindProxy('App');
    const rpc = await startHostileRpc(t, chain.url, async ({ params, honest }) =>
      params[0] === 'finalized' ? Instead.error(-39_001, 'unknown block') : honest(),
    );
    const facts = await read({ rpcUrls: [rpc.url], app: app.address });
    t.is(facts.source.block.finality, 'latest');
    const other = await startHostileRpc(t, chain.url, async ({ honest }) => honest());
    await chain.finalize();
    const both = await read({ rpcUrls: [other.url, rpc.url], app: app.address });
    t.is(both.source.block.finality, 'latest');
  },
);

testOnChain('an owner is told to be a Safe, a timelock, an account or a contract', async (t) => {
  const chain = await chainOf();
  const [one, two, code] = [
    word('1').slice(0, 42),
    word('2').slice(0, 42),
    await chain.deploy('App'),
  ];
  const safe = await chain.deploy('SafeLike', code.address, 2, [one, two, code.address], []);
  const withModule = await chain.deploy('SafeLike', code.address, 1, [one], [two]);
  const timelock = await chain.deploy('TimelockLike', 86_400);
  const delegating = await chain.delegate(code.address);
  const owners = [safe.address, withModule.address, timelock.address, delegating, code.address];
  const apps = [];
  for (const owner of owners) {
    const app = await chain.deployBehindProxy('App');
    await app.call('give', owner);
    apps.push(app);
  }
  await chain.finalize();
  const seen = [];
  for (const app of apps) {
    seen.push((await read({ rpcUrls: [chain.url], app: app.address })).app.owner);
  }
  t.like(seen[0], { kind: 'safe', threshold: 2, owners: [one, two, code.address], modules: [] });
  t.like(seen[0], { singleton: { address: code.address } });
  t.like(seen[1], { kind: 'safe', threshold: 1, modules: [two] });
  t.like(seen[2], { kind: 'timelock', delay_s: 86_400 });
  t.like(seen[3], { kind: 'account', delegates_to: code.address });
  t.like(seen[4], { kind: 'contract' });
});

testOnChain('a dry run tells who may replace the rules', async (t) => {
  const chain = await chainOf();
  const closed = await chain.deployBehindProxy('App');
  await closed.call('disableUpgrades');
  const open = await chain.deployBehindProxy('OpenApp');
  const bare = await chain.deploy('App');
  await bare.call('give', await chain.account());
  await chain.finalize();
  const seen = [];
  for (const { address: app } of [closed, open, bare]) {
    seen.push((await read({ rpcUrls: [chain.url], app })).app.proxy);
  }
  t.deepEqual(
    seen.map(({ may_upgrade: by }) => by),
    ['nobody', 'anyone', 'nobody'],
  );
  t.is(seen[2]?.implementation, null);
});

testOnChain('the KMS is read with its owner, roots, images and measurements', async (t) => {
  const chain = await chainOf();
  const [kms, app] = [await chain.deployBehindProxy('Kms'), await chain.deployBehindProxy('App')];
  await kms.call('setKmsInfo', ['0x0201', '0x3059', '0x', '0x']);
  await kms.call('setKmsInfo', ['0x0202', '0x3059', `0x${'11'.repeat(5_000)}`, '0x']);
  await kms.call('registerApp', app.address);
  await kms.call('addOsImageHash', word('a'));
  await kms.call('addOsImageHash', word('b'));
  await kms.call('removeOsImageHash', word('b'));
  await kms.call('addKmsAggregatedMr', word('c'));
  await kms.call('addKmsDevice', word('d'));
  await chain.finalize();
  const question = { rpcUrls: [chain.url], app: app.address, kms: kms.address };
  const facts = (await read(question)).kms;
  t.like(facts, { is_registered: true, root: { k256: '0202', ca: '3059' }, gateway_app_id: '' });
  t.deepEqual(
    facts?.roots.map(({ k256 }) => k256),
    ['0201', '0202'],
  );
  t.deepEqual(shortly(facts?.os_images ?? []), ['a allowed: added', 'b not: added removed']);
  t.deepEqual(shortly(facts?.aggregated_mrs ?? []), ['c allowed: added']);
  t.deepEqual(shortly(facts?.devices ?? []), ['d allowed: added']);
  t.is(await codeOf(read({ ...question, kms: app.address })), 'CHAIN_NO_CONTRACT');
});

/** Refuses more than this number of blocks, as providers do. */
const refusing =
  (blocks: number) =>
  async ({ method, params, honest }: Passed): Promise<unknown> => {
    if (method !== 'eth_getLogs') return honest();
    const { fromBlock, toBlock } = params[0] as Readonly<Record<string, string>>;
    const isTooMuch = Number(toBlock) - Number(fromBlock) >= blocks;
    return isTooMuch ? Instead.error(-32_600, 'too many blocks') : honest();
  };

/** The first block whose events were asked for. */
const firstAsked = ({ asked }: HostileRpc): number =>
  Math.min(
    ...asked.flatMap(({ method, params }) =>
      method === 'eth_getLogs' ? [Number((params[0] as { fromBlock: string }).fromBlock)] : [],
    ),
  );

async function partialIn(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-facts-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'facts.json');
}

testOnChain('more than 10,000 events are read in parts that the provider serves', async (t) => {
  const chain = await chainOf();
  const app = await chain.deployBehindProxy('App');
  await app.call('addComposeHash', word('a'));
  await chain.mine(300);
  await app.call('churn', 600, 10_051);
  await chain.finalize();
  const lines: string[] = [];
  const small = await startHostileRpc(t, chain.url, refusing(40));
  const question = { rpcUrls: [small.url], app: app.address };
  const facts = await read(question, { progress: (line) => void lines.push(line) });
  const rules = facts.app.compose_hashes;
  t.is(rules.length, 601);
  t.is(rules.flatMap(({ changes }) => changes).length, 10_052);
  t.is(rules.filter(({ allowed }) => allowed).length, 2);
  t.true(lines.length > 5);
  t.true(lines.at(-1)?.includes('(100 %)'));
  const none = await startHostileRpc(t, chain.url, refusing(0));
  t.is(await codeOf(read({ ...question, rpcUrls: [none.url] })), 'RPC_REFUSED');

  // A provider that dies half-way, and the run that continues.
  const path = await partialIn(t);
  let served = 0;
  const dying = await startHostileRpc(t, chain.url, async (call) => {
    if (call.method !== 'eth_getLogs') return call.honest();
    served += 1;
    return served > 7 ? new Instead(503, 'down') : refusing(40)(call);
  });
  const interrupted = { ...question, rpcUrls: [dying.url] };
  t.is(await codeOf(read(interrupted, { partialPath: path })), 'RPC_NO_ANSWER');
  const partial = await readFile(`${path}.partial`, 'utf8');
  await writeFile(`${path}.partial`, partial.slice(0, -20));
  served = -1_000;
  dying.asked.splice(0);
  const resumed = await read(interrupted, { partialPath: path });
  t.deepEqual(resumed.app, facts.app);
  t.true(firstAsked(dying) > firstAsked(small), `${firstAsked(dying)} of ${firstAsked(small)}`);
  await t.throwsAsync(readFile(`${path}.partial`), { code: 'ENOENT' });
});

testOnChain(
  'a partial file of another question, or with other events, does not count',
  async (t) => {
    const chain = await chainOf();
    const [app, other] = [
      await chain.deployBehindProxy('App'),
      await chain.deployBehindProxy('App'),
    ];
    await app.call('addComposeHash', word('a'));
    await chain.finalize();
    const path = await partialIn(t);
    const isDown = { now: true };
    const rpc = await startHostileRpc(t, chain.url, async ({ method, honest }) => {
      // The events are served, and nothing that is asked after them.
      return method === 'eth_getStorageAt' && isDown.now ? new Instead(503, 'down') : honest();
    });
    const question = { rpcUrls: [rpc.url], app: app.address };
    t.is(await codeOf(read(question, { partialPath: path })), 'RPC_NO_ANSWER');
    isDown.now = false;
    const partial = await readFile(`${path}.partial`, 'utf8');
    const foreign = await read({ ...question, app: other.address }, { partialPath: path });
    t.deepEqual(foreign.app.compose_hashes, []);
    await writeFile(`${path}.partial`, partial.replaceAll('a'.repeat(64), 'b'.repeat(64)));
    t.is(await codeOf(read(question, { partialPath: path })), 'RPC_OMITS_EVENTS');
    // Events that another provider told do not count either.
    const told = partial.replaceAll('a'.repeat(64), 'b'.repeat(64));
    await writeFile(`${path}.partial`, told.replace(new URL(rpc.url).host, 'other.example'));
    const facts = await read(question, { partialPath: path });
    t.deepEqual(shortly(facts.app.compose_hashes), ['a allowed: added']);
    const moved = JSON.parse(partial.split('\n')[0] ?? '') as { block: object };
    const header = { ...moved, block: { ...moved.block, hash: '0'.repeat(64) } };
    await writeFile(`${path}.partial`, `${JSON.stringify(header)}\n${partial.split('\n')[1]}\n`);
    t.deepEqual((await read(question, { partialPath: path })).app, facts.app);
  },
);

type Log = { readonly topics: readonly string[]; readonly data: string };

/** Changes the events that a provider returns. */
const changing =
  (change: (logs: Log[]) => readonly unknown[]) =>
  async ({ method, honest }: Passed): Promise<unknown> => {
    const result = await honest();
    return method === 'eth_getLogs' ? change(result as Log[]) : result;
  };

/** Drops events of a kind and, if given, with this value. */
function without(event: string, value = ''): (call: Passed) => Promise<unknown> {
  const topic = id(event);
  return changing((logs) =>
    logs.filter(
      ({ topics, data }) => topics[0] !== topic || !`${topics.join()}${data}`.includes(value),
    ),
  );
}

const isUpgrade = ({ topics }: Log): boolean => topics[0] === id('Upgraded(address)');

/** Changes the events of the application alone, so that nothing else tells. */
const ofApp = (change: (logs: Log[]) => Log[]): ((call: Passed) => Promise<unknown>) =>
  changing((logs) => (logs.some(({ topics }) => topics[0] === id(ADDED)) ? change(logs) : logs));

const ADDED = 'ComposeHashAdded(bytes32)';
const REMOVED = 'ComposeHashRemoved(bytes32)';
const RECORDED = 'PolicyChanged(address,bytes32,bytes32,bool)';

/** An application whose hash `a` was removed again, with `b` and `c` allowed, and its KMS. */
async function governed() {
  const chain = await chainOf();
  const [kms, app] = [await chain.deployBehindProxy('Kms'), await chain.deployBehindProxy('App')];
  await kms.call('setKmsInfo', ['0x0201', '0x3059', '0x', '0x']);
  await app.call('addComposeHash', word('a'));
  await app.call('removeComposeHash', word('a'));
  await app.call('addComposeHash', word('b'));
  await app.call('addComposeHash', word('c'));
  await app.call('upgradeToAndCall', (await chain.deploy('App')).address, '0x');
  await chain.finalize();
  return { chain, question: { app: app.address, kms: kms.address } };
}

let scene: ReturnType<typeof governed> | undefined;
const governedOnce = (): ReturnType<typeof governed> => (scene ??= governed());

const MALFORMED: readonly (readonly [string, (call: Passed) => unknown, string])[] = [
  ['no JSON', () => new Instead(200, 'x'), 'RPC_MALFORMED'],
  [
    'a chain id that is no number',
    ({ method, honest }) => (method === 'eth_chainId' ? '1' : honest()),
    'RPC_MALFORMED',
  ],
  [
    'events that are no list',
    ({ method, honest }) => (method === 'eth_getLogs' ? {} : honest()),
    'RPC_MALFORMED',
  ],
  [
    'code that is cut',
    ({ method, honest }) => (method === 'eth_getCode' ? '0x1' : honest()),
    'RPC_MALFORMED',
  ],
  [
    'an answer without end',
    ({ method, honest }) => (method === 'eth_call' ? 'x'.repeat(65 * 1024) : honest()),
    'RPC_TOO_LARGE',
  ],
  ['a refusal of every call', () => Instead.error(-32_601, 'no'), 'RPC_REFUSED'],
  [
    'a refusal to run code',
    ({ method, honest }) => (method === 'eth_call' ? Instead.error(-32_601, 'no') : honest()),
    'RPC_REFUSED',
  ],
  [
    'no block',
    ({ method, honest }) => (method === 'eth_getBlockByNumber' ? null : honest()),
    'RPC_MALFORMED',
  ],
  ['always too busy', () => new Instead(429, ''), 'RPC_NO_ANSWER'],
];

testOnChain(
  'a provider that answers in another form, or not at all, ends with a code',
  async (t) => {
    const { chain, question } = await governedOnce();
    for (const [name, answer, code] of MALFORMED) {
      const rpc = await startHostileRpc(t, chain.url, answer);
      const reading = read({ ...question, rpcUrls: [rpc.url] }, { maxBytes: 64 * 1024 });
      t.is(await codeOf(reading), code, name);
    }
    t.is(await codeOf(read({ ...question, rpcUrls: ['http://127.0.0.1:1'] })), 'RPC_NO_ANSWER');
    const silent = await startHostileRpc(t, chain.url, ({ method, honest }) =>
      method === 'eth_getLogs' ? new Promise(() => undefined) : honest(),
    );
    const slow = read({ ...question, rpcUrls: [silent.url] }, { deadlineMs: 500 });
    t.is(await codeOf(slow), 'RPC_NO_ANSWER');
    t.true(silent.asked.filter(({ method }) => method === 'eth_getLogs').length > 1);
  },
);

testOnChain('a provider whose answers contradict each other is refused', async (t) => {
  const { chain, question } = await governedOnce();
  const moved = { blockHash: `0x${'0'.repeat(64)}` };
  const rows: readonly (readonly [string, (logs: Log[]) => readonly unknown[]])[] = [
    ['another block', ([first, ...rest]) => [{ ...first, ...moved }, ...rest]],
    [
      'another contract',
      (logs) => logs.map((log) => ({ ...log, address: word('1').slice(0, 42) })),
    ],
    ['another order', (logs) => logs.toReversed()],
    ['an event twice', ([first, ...rest]) => [first, first, ...rest]],
    ['an event that was removed', (logs) => logs.map((log) => ({ ...log, removed: true }))],
    ['an event after the block', (logs) => logs.map((log) => ({ ...log, blockNumber: '0xffff' }))],
  ];
  for (const [name, change] of rows) {
    const rpc = await startHostileRpc(t, chain.url, changing(change));
    t.is(await codeOf(read({ ...question, rpcUrls: [rpc.url] })), 'RPC_CONTRADICTS_ITSELF', name);
  }
  // The block itself has no events, so that only looking at it again tells.
  let [chosen, hasEvents] = ['', false];
  const replaced = await startHostileRpc(t, chain.url, async ({ method, params, honest }) => {
    const result = (await honest()) as { readonly number: string };
    hasEvents ||= method === 'eth_getLogs';
    if (method !== 'eth_getBlockByNumber') return result;
    if (params[0] === 'finalized') chosen = result.number;
    return hasEvents && params[0] === chosen ? { ...result, hash: moved.blockHash } : result;
  });
  const reading = read({ ...question, rpcUrls: [replaced.url] });
  t.is(await codeOf(reading), 'RPC_CONTRADICTS_ITSELF');
});

testOnChain('a provider that omits events is refused where the state shows it', async (t) => {
  const { chain, question } = await governedOnce();
  const both =
    (one: (c: Passed) => Promise<unknown>, other: (c: Passed) => Promise<unknown>) =>
    (call: Passed) =>
      one({ ...call, honest: () => other(call) });
  const c = 'c'.repeat(64);
  const rows: readonly (readonly [string, (call: Passed) => Promise<unknown>, string?])[] = [
    ['a removal', both(without(REMOVED), without(RECORDED))],
    ['an addition that another event records', without(ADDED, c)],
    ['an addition of a hash that runs', both(without(ADDED, c), without(RECORDED, c)), c],
    ['the last upgrade', ofApp((logs) => logs.filter((log) => log !== logs.findLast(isUpgrade)))],
    ['the first events', ofApp((logs) => logs.slice(1))],
    ['the root of the KMS', without('KmsInfoSet(bytes)')],
  ];
  for (const [name, answer, asked] of rows) {
    const rpc = await startHostileRpc(t, chain.url, answer);
    const composeHashes = asked === undefined ? [] : [asked];
    const reading = read({ ...question, rpcUrls: [rpc.url], composeHashes });
    t.is(await codeOf(reading), 'RPC_OMITS_EVENTS', name);
  }
});

testOnChain('what one provider can hide is found by a second one, and named', async (t) => {
  const { chain, question } = await governedOnce();
  const c = 'c'.repeat(64);
  const hiding = await startHostileRpc(t, chain.url, async (call) =>
    without(ADDED, c)({ ...call, honest: () => without(RECORDED, c)(call) }),
  );
  // Nothing on the chain lists the hashes, so one provider alone succeeds.
  const alone = await read({ ...question, rpcUrls: [hiding.url] });
  t.deepEqual(shortly(alone.app.compose_hashes), ['a not: added removed', 'b allowed: added']);

  const owner = id('owner()').slice(0, 10);
  const stranger = `0x${'5'.repeat(40).padStart(64, '0')}`;
  const rows: readonly (readonly [RegExp, (call: Passed) => unknown])[] = [
    [
      /app\.compose_hashes\.2/,
      (call) => without(ADDED, c)({ ...call, honest: () => without(RECORDED, c)(call) }),
    ],
    [
      /app\.owner\.address/,
      ({ params, honest }) => (JSON.stringify(params).includes(`"${owner}"`) ? stranger : honest()),
    ],
    [/source\.chain_id/, ({ method, honest }) => (method === 'eth_chainId' ? '0x2' : honest())],
    [
      /source\.block\.hash/,
      async ({ method, honest }) => {
        const result = (await honest()) as object;
        return method === 'eth_getBlockByNumber' ? { ...result, hash: word('0') } : result;
      },
    ],
  ];
  for (const [path, answer] of rows) {
    const liar = await startHostileRpc(t, chain.url, answer);
    const reading = read({ ...question, rpcUrls: [chain.url, liar.url] });
    await t.throwsAsync(reading, { code: 'RPC_DISAGREE', message: path });
  }
  const second = await startHostileRpc(t, chain.url, async ({ honest }) => honest());
  const agreed = await read({ ...question, rpcUrls: [chain.url, second.url] });
  t.is(agreed.app.compose_hashes.length, 3);
  t.is(agreed.source.rpc_hosts.length, 2);
});

testOnChain('an address without such a contract is refused', async (t) => {
  const { chain, question } = await governedOnce();
  const rpcUrls = [chain.url];
  t.is(await codeOf(read({ rpcUrls, app: await chain.account() })), 'CHAIN_NO_CONTRACT');
  t.is(await codeOf(read({ rpcUrls, app: question.kms })), 'CHAIN_NO_CONTRACT');
});

const SAMPLE = new URL('samples/simulated.json', VERIFIER_HOME).pathname;

const run = (...args: readonly string[]): Promise<Ran> => runVerifier(args);

testOnChain(
  'the command saves facts, and a document or a service is judged by the file or by the chain at once',
  async (t) => {
    const chain = await chainOf();
    const document = JSON.parse(await readFile(SAMPLE, 'utf8')) as { readonly statement: string };
    const {
      app_id: appId,
      nonce,
      issued_at: issuedAt,
    } = JSON.parse(document.statement) as Readonly<Record<string, string>>;
    const [kms, app] = [
      await chain.deployBehindProxy('Kms'),
      await chain.placeBehindProxy('App', `0x${appId}`),
    ];
    const file = JSON.parse(
      await readFile(new URL('policy.local.json', VERIFIER_HOME), 'utf8'),
    ) as LocalPolicy;
    const { kmsRoots, keyProviders } = file.keys;
    await kms.call('setKmsInfo', [`0x${kmsRoots[0]}`, `0x${keyProviders[0]?.id}`, '0x', '0x']);
    await kms.call('registerApp', app.address);
    const { compose_hash: composeHash, os_image: image } = measuredIn(document);
    await app.call('addComposeHash', `0x${composeHash}`);
    await kms.call('addOsImageHash', `0x${image}`);
    await chain.finalize();

    const path = await partialIn(t);
    const policyPath = `${path}.policy`;
    const account = await chain.account();
    const governance = {
      required: true,
      maxAgeS: 100 * 365 * 86_400,
      owners: [account],
      minDelayS: 0,
      chain: {
        chainIds: [31_337],
        minProviders: 1,
        minSigners: 1,
        mayUpgrade: ['owner'],
        anyDevice: false,
        code: null,
        kms: {
          addresses: [kms.address],
          owners: [account],
          minSigners: 1,
          minDelayS: 0,
          osImages: null,
        },
      },
    };
    await writeFile(policyPath, JSON.stringify({ ...file, governance }));
    const rpc = ['--rpc', `${chain.url}/?key=secret-key`, '--kms', kms.address];
    const saved = await run('governance', ...rpc, '--app', app.address, '-o', path);
    t.is(saved.code, 0, saved.err);
    t.true(saved.err.includes('(100 %)'));
    const facts = await readFile(path, 'utf8');
    t.false(`${facts}${saved.err}`.includes('secret-key'));

    const judged = [
      '--policy',
      policyPath,
      '--allow-test-root',
      '--nonce',
      nonce ?? '',
      '--at',
      issuedAt ?? '',
      '--json',
    ];
    const fromFile = await run(SAMPLE, '--governance', path, ...judged);
    t.is(fromFile.code, 0, fromFile.out);
    const fromChain = await run(SAMPLE, ...rpc, ...judged);
    t.is(fromChain.code, 0, fromChain.err);
    const report = reportSchema.parse(JSON.parse(fromChain.out));
    t.deepEqual(report.governance, governanceSchema.parse(JSON.parse(facts)));
    t.true(report.headlines.some((line) => line.includes(new URL(chain.url).host)));

    const world = await createWorld({ agent: { pccs: true } });
    t.teardown(() => world.close());
    const rules = ['--policy', policyPath, '--allow-test-root', '--json'];
    const live = await run(world.url, ...rpc, ...rules);
    t.is(live.code, 0, `${live.out}${live.err}`);
    t.like(reportSchema.parse(JSON.parse(live.out)).governance, { app: { address: app.address } });

    const liar = await startHostileRpc(t, chain.url, without(ADDED));
    const lied = await run(SAMPLE, '--rpc', liar.url, ...judged);
    t.is(lied.code, 2);
    t.regex(lied.err, /RPC_OMITS_EVENTS/);
    await kms.call('removeOsImageHash', `0x${image}`);
    await chain.finalize();
    const removed = await run(SAMPLE, ...rpc, ...judged);
    t.is(removed.code, 1);
    const { checks } = reportSchema.parse(JSON.parse(removed.out));
    const failed = checks.filter(({ status }) => status === 'fail');
    t.deepEqual(
      failed.map(({ id: check }) => check),
      ['governance.upgrade'],
    );
  },
);

type LocalPolicy = {
  readonly keys: {
    readonly kmsRoots: readonly string[];
    readonly keyProviders: readonly { readonly id: string }[];
  };
};

/** What the boot log of a document names. */
function measuredIn(document: object): {
  readonly compose_hash: string;
  readonly os_image: string;
} {
  const { event_log: log } = document as { readonly event_log: string };
  const events = JSON.parse(log) as readonly {
    readonly event: string;
    readonly event_payload: string;
  }[];
  const payloadOf = (name: string): string =>
    events.find(({ event }) => event === name)?.event_payload ?? '';
  return { compose_hash: payloadOf('compose-hash'), os_image: payloadOf('os-image-hash') };
}
