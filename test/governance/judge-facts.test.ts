/** Tests how facts of a chain are judged under a policy. */
import { judgeGovernance } from '../../attestation/governance/governance.js';
import {
  chainFactsSchema,
  type ChainFacts,
  type Governance,
} from '../../attestation/governance/facts.js';
import { policySchema, type Policy } from '../../attestation/policy/policy.js';
import { Findings } from '../../attestation/report.js';
import { readFileSync } from 'node:fs';
import { test } from '../test.js';

const local: unknown = JSON.parse(
  readFileSync(new URL('../../../attestation/policy.local.json', import.meta.url), 'utf8'),
);
const LOCAL = policySchema.parse(local);
const address = (digit: string): string => `0x${digit.repeat(40)}`;
const hash = (digit: string): string => digit.repeat(64);
const TIME = '2026-06-01T00:00:00.000Z';
const AT = Date.parse(TIME) + 60_000;
const MEASURED = {
  appId: '1'.repeat(40),
  composeHash: hash('a'),
  kmsRoot: '02ab',
  keyProviderId: '3059',
  osImageHash: hash('e'),
};

const rule = (value: string, allowed = true) => ({
  value,
  allowed,
  changes: [{ change: 'added' as const, block: 1, time: TIME }],
});
const account = (digit: string) => ({
  kind: 'account' as const,
  address: address(digit),
  delegates_to: null,
});
const safe = (threshold: number, modules: string[] = []) => ({
  kind: 'safe' as const,
  address: address('2'),
  code: hash('7'),
  threshold,
  modules,
  owners: [address('3'), address('4')],
  singleton: { address: address('5'), code: hash('8') },
});
const timelock = (delay: number) => ({
  kind: 'timelock' as const,
  address: address('2'),
  code: hash('7'),
  delay_s: delay,
});
const proxy = {
  code: hash('5'),
  implementation: { address: address('6'), code: hash('6') },
  admin: null,
  beacon: null,
  may_upgrade: 'owner' as const,
  implementations: [],
};
const FACTS: ChainFacts = {
  version: 2,
  source: {
    chain_id: 8_453,
    block: { number: 9, hash: hash('9'), time: TIME, finality: 'finalized' },
    rpc_hosts: ['one.example', 'two.example'],
  },
  app: {
    address: address('1'),
    owner: safe(2),
    pending_owner: null,
    proxy,
    compose_hashes: [rule(hash('b'), false), rule(hash('a'))],
    any_device: false,
    devices: [rule(hash('d'))],
    require_tcb_up_to_date: true,
  },
  kms: {
    address: address('a'),
    owner: account('b'),
    pending_owner: null,
    proxy,
    is_registered: true,
    root: { k256: '02ab', ca: '3059' },
    roots: [],
    gateway_app_id: '',
    os_images: [rule(hash('e'))],
    aggregated_mrs: [],
    devices: [],
  },
};
const KMS = FACTS.kms as NonNullable<ChainFacts['kms']>;
const CHAIN: NonNullable<Policy['governance']['chain']> = {
  chainIds: [8_453],
  minProviders: 2,
  minSigners: 2,
  mayUpgrade: ['owner'],
  anyDevice: false,
  code: ['5', '6', '7', '8'].map(hash),
  kms: {
    addresses: [address('a')],
    owners: [address('B')],
    minSigners: 1,
    minDelayS: 0,
    osImages: [hash('e')],
  },
};
const GOVERNANCE = { required: true, maxAgeS: 3_600, owners: [address('2')], minDelayS: 0 };

type Demands = Partial<Policy['governance']>;

function judge(facts: Governance | undefined, demands: Demands = { chain: CHAIN }, atMs = AT) {
  const findings = new Findings();
  const policy: Policy = {
    ...LOCAL,
    application: { ...LOCAL.application, composeHashes: [hash('a'), hash('b')] },
    governance: { ...GOVERNANCE, ...demands },
  };
  judgeGovernance(findings, facts, MEASURED, policy, atMs);
  return { status: findings.statusOf('governance.upgrade'), headlines: findings.headlines };
}

const app = (change: Partial<ChainFacts['app']>): ChainFacts => ({
  ...FACTS,
  app: { ...FACTS.app, ...change },
});
const kms = (change: Partial<typeof KMS>): ChainFacts => ({ ...FACTS, kms: { ...KMS, ...change } });
const source = (change: Partial<ChainFacts['source']>): ChainFacts => ({
  ...FACTS,
  source: { ...FACTS.source, ...change },
});
const { kms: _, ...withoutKms } = FACTS;

test('facts that show what the policy demands pass, and need no headline', (t) => {
  t.deepEqual(chainFactsSchema.parse(FACTS), FACTS);
  t.deepEqual(judge(FACTS), { status: 'pass', headlines: [] });
  t.is(judge(app({ owner: timelock(86_400) }), { minDelayS: 86_400, chain: CHAIN }).status, 'pass');
});

const WRONG: Readonly<Record<string, ChainFacts>> = {
  'another application': app({ address: address('9') }),
  'the measured compose hash removed': app({ compose_hashes: [rule(hash('a'), false)] }),
  'a compose hash that nobody reviewed': app({
    compose_hashes: [...FACTS.app.compose_hashes, rule(hash('c'), false)],
  }),
  'another owner': app({ owner: { ...safe(2), address: address('9') } }),
  'someone who may take over': app({ pending_owner: address('9') }),
  'rules that anyone may replace': app({ proxy: { ...proxy, may_upgrade: 'anyone' } }),
  'rules that an administrator may replace': app({ proxy: { ...proxy, may_upgrade: 'admin' } }),
  'a Safe with one signer': app({ owner: safe(1) }),
  'a Safe with a module': app({ owner: safe(2, [address('9')]) }),
  'an account alone': app({ owner: account('2') }),
  'a timelock without a delay': app({ owner: timelock(0) }),
  'any device': app({ any_device: true }),
  'other code': app({ proxy: { ...proxy, code: hash('f') } }),
  'other code behind the proxy': app({
    proxy: { ...proxy, implementation: { address: address('6'), code: hash('f') } },
  }),
  'another code of the Safe': app({
    owner: { ...safe(2), singleton: { address: address('5'), code: hash('f') } },
  }),
  'another chain': source({ chain_id: 1 }),
  'one provider': source({ rpc_hosts: ['one.example'] }),
  'a block that may be replaced': source({ block: { ...FACTS.source.block, finality: 'latest' } }),
  'no KMS': withoutKms,
  'another KMS': kms({ address: address('c') }),
  'another owner of the KMS': kms({ owner: account('c') }),
  'someone who may take over the KMS': kms({ pending_owner: address('9') }),
  'an owner of the KMS that signs nothing': kms({
    owner: { kind: 'contract', address: address('b'), code: hash('7') },
  }),
  'a KMS whose rules anyone may replace': kms({ proxy: { ...proxy, may_upgrade: 'anyone' } }),
  'a KMS that does not know the application': kms({ is_registered: false }),
  'another root of the KMS': kms({ root: { k256: '02cd', ca: '3059' } }),
  'another key of its certificates': kms({ root: { k256: '02ab', ca: '3058' } }),
  'an OS image that is not allowed': kms({ os_images: [rule(hash('e'), false)] }),
  'an OS image that nobody reviewed': kms({ os_images: [rule(hash('e')), rule(hash('f'))] }),
};
for (const [name, facts] of Object.entries(WRONG)) {
  test(`facts with ${name} fail`, (t) => {
    t.is(judge(facts).status, 'fail');
  });
}

test('a delay counts only where nobody can go around it', (t) => {
  const demands = {
    minDelayS: 3_600,
    chain: { ...CHAIN, mayUpgrade: ['owner' as const, 'admin' as const] },
  };
  const owner = timelock(3_600);
  t.is(judge(app({ owner }), demands).status, 'pass');
  t.is(judge(app({ owner: timelock(3_599) }), demands).status, 'fail');
  t.is(judge(FACTS, demands).status, 'fail');
  const byAdmin = { ...proxy, may_upgrade: 'admin' as const };
  t.is(judge(app({ owner, proxy: byAdmin }), demands).status, 'fail');
  const slowKms = { ...CHAIN, kms: CHAIN.kms && { ...CHAIN.kms, minDelayS: 3_600 } };
  t.is(
    judge(kms({ owner: { ...owner, address: address('b') } }), { chain: slowKms }).status,
    'pass',
  );
  t.is(judge(FACTS, { chain: slowKms }).status, 'fail');
});

test('facts are as old as their block', (t) => {
  t.is(judge(FACTS, {}, AT - 60_000 + 3_600_000).status, 'pass');
  t.is(judge(FACTS, {}, AT - 60_000 + 3_600_001).status, 'fail');
  t.is(judge(FACTS, {}, AT - 60_000 - 60_001).status, 'fail');
});

test('a policy that demands a chain does not accept typed facts, and another one does', (t) => {
  const typed: Governance = {
    version: 1,
    saved_at: TIME,
    app_id: MEASURED.appId,
    source: '',
    kms: 'on-chain',
    owner: address('2'),
    delay_s: 0,
    compose_hashes_now: [hash('a')],
    os_images: [],
    compose_hashes_ever: [hash('a')],
    devices: '',
  };
  t.is(judge(typed, {}).status, 'pass');
  t.is(judge(typed).status, 'fail');
});

test('a reader is told of one provider, a block that may be replaced, and a KMS that was not read', (t) => {
  const { headlines } = judge({
    ...withoutKms,
    source: {
      ...FACTS.source,
      rpc_hosts: ['one.example'],
      block: { ...FACTS.source.block, finality: 'latest' },
    },
  });
  t.is(headlines.length, 3);
  t.true(headlines[0]?.includes('one.example'));
});
