/**
 * Tests `channel.caa`: which records let the account of the service alone obtain a certificate, how
 * they are looked up, and what a report makes of them.
 */
import { test } from '../test.js';
import { limitOf } from '../../attestation/channel/caa-limit.js';
import type { CaaRecord, CaaSight } from '../../attestation/channel/caa-sight.js';
import { judgeChannel } from '../../attestation/channel/judge-channel.js';
import {
  dnsResolver,
  propertiesOf,
  lookUpCaa,
  type CaaResolver,
} from '../../attestation/collect/look-up-caa.js';
import type { Policy } from '../../attestation/policy/policy.js';
import { Findings } from '../../attestation/report.js';
import { parseStatement } from '../../attestation/schema/statement.js';
import { LOCAL_POLICY, NONCE, statusOf } from './audit.js';
import { mintDocument } from './mint-document.js';
import { CAA, caaData, CNAME, label, recordOf, startNameServer } from './name-server.js';

const ACCOUNT = 'https://acme.example/acct/1';
const OURS = `ca.example; accounturi=${ACCOUNT}`;
const NAME = 'keys.site.example';

const issue = (...values: readonly string[]): readonly CaaRecord[] =>
  values.map((value) => ({ tag: 'issue', value }));
const wild = (value: string): CaaRecord => ({ tag: 'issuewild', value });

type Zone = { readonly [name: string]: readonly CaaRecord[] };

/** A resolver of a few names. `aliases` maps a name to the one that it is an alias of. */
const zoneOf = (zone: Zone, aliases: Readonly<Record<string, string>> = {}): CaaResolver => ({
  records: async (name) => zone[name] ?? [],
  alias: async (name) => aliases[name],
});

const found = (zone: Zone, aliases?: Readonly<Record<string, string>>): Promise<CaaSight> =>
  lookUpCaa(NAME, zoneOf(zone, aliases), 60_000);

type Row = readonly [what: string, zone: Zone, isLimited: boolean];
const ROWS: readonly Row[] = [
  ['the account at the domain above', { 'site.example': issue(OURS) }, true],
  [
    'the account, and no wildcard above',
    { [NAME]: issue(OURS), 'site.example': [wild(';')] },
    true,
  ],
  ['the account twice', { 'site.example': issue(OURS, OURS) }, true],
  [
    'the account with methods',
    { 'site.example': issue(`${OURS}; validationmethods=dns-01`) },
    true,
  ],
  ['the account, and no one else', { 'site.example': issue(OURS, ';') }, true],
  [
    'the account, and a contact',
    { 'site.example': [...issue(OURS), { tag: 'iodef', value: 'mailto:a@b.example' }] },
    true,
  ],
  [
    'the account, and wildcards of others below',
    { [NAME]: [...issue(OURS), wild('ca.example')], 'site.example': [wild(';')] },
    true,
  ],
  ['nothing', {}, false],
  ['a contact alone', { 'site.example': [{ tag: 'iodef', value: 'mailto:a@b.example' }] }, false],
  ['an authority without an account', { 'site.example': issue('ca.example') }, false],
  ['another account', { 'site.example': issue(`${OURS}0`) }, false],
  [
    'another account as well',
    { 'site.example': issue(OURS, 'ca.example; accounturi=https://acme.example/acct/2') },
    false,
  ],
  ['another authority as well', { 'site.example': issue(OURS, 'other.example') }, false],
  [
    'another authority as well, and no wildcard above',
    { [NAME]: issue(OURS, 'other.example'), 'site.example': [wild(';')] },
    false,
  ],
  [
    'two accounts in one record',
    { 'site.example': issue(`${OURS}; accounturi=https://acme.example/acct/2`) },
    false,
  ],
  ['the account without an authority', { 'site.example': issue(`; accounturi=${ACCOUNT}`) }, false],
  ['a malformed parameter', { 'site.example': issue(`${OURS}; %`) }, false],
  ['a malformed authority', { 'site.example': issue(`ca example; accounturi=${ACCOUNT}`) }, false],
  ['no account at all', { 'site.example': issue(';') }, false],
  ['the account, and any wildcard above', { [NAME]: issue(OURS) }, false],
  [
    'the account, and wildcards of others above',
    { [NAME]: issue(OURS), 'site.example': issue('ca.example') },
    false,
  ],
  [
    'the account, and wildcards of others',
    { 'site.example': [...issue(OURS), wild('ca.example')] },
    false,
  ],
  [
    'a closer name without the account',
    { [NAME]: issue('ca.example'), 'site.example': issue(OURS) },
    false,
  ],
];

for (const [what, zone, isLimited] of ROWS) {
  test(`records with ${what} ${isLimited ? 'limit' : 'do not limit'} certificates to the account`, async (t) => {
    const limit = limitOf(await found(zone), ACCOUNT);
    t.is(limit.isLimited, isLimited, limit.said);
  });
}

test('an alias limits nothing, because the owner of the other name decides', async (t) => {
  const sight = await found({ 'site.example': issue(OURS) }, { [NAME]: 'gateway.example' });
  const limit = limitOf(sight, ACCOUNT);
  t.false(limit.isLimited);
  t.regex(limit.said, /gateway\.example/);
});

test('a name below the top-level domain has no wildcard above it', async (t) => {
  const sight = await lookUpCaa('Site.Example.', zoneOf({ 'site.example': issue(OURS) }), 60_000);
  t.like(sight, { name: 'site.example', parent: null });
  t.true(limitOf(sight, ACCOUNT).isLimited);
});

test('an error, a silent DNS and a host without a name are no answer, which limits nothing', async (t) => {
  const fails: CaaResolver = {
    records: () => Promise.reject(Object.assign(new Error('x'), { code: 'ESERVFAIL' })),
    alias: async () => undefined,
  };
  const silent: CaaResolver = {
    records: () => new Promise(() => undefined),
    alias: async () => undefined,
  };
  const many = zoneOf({ [NAME]: Array.from({ length: 257 }, () => wild(';')) });
  const sights = [
    await lookUpCaa(NAME, fails, 60_000),
    await lookUpCaa(NAME, silent, 1),
    await lookUpCaa(NAME, many, 60_000),
    ...(await Promise.all(
      ['localhost', '127.0.0.1', '192.0.2.1', '[2001:db8::1]'].map((host) =>
        lookUpCaa(host, zoneOf({}), 60_000),
      ),
    )),
  ];
  for (const sight of sights) {
    t.true('problem' in sight, JSON.stringify(sight));
    t.false(limitOf(sight, ACCOUNT).isLimited);
  }
});

test('a record is the same whether or not Node.js names its type', (t) => {
  const record = { critical: 0, issue: OURS };
  t.deepEqual(propertiesOf([record]), [...issue(OURS)]);
  t.deepEqual(propertiesOf([{ ...record, type: 'CAA' }]), [...issue(OURS)]);
});

test('records, aliases and failures are read from a name server', async (t) => {
  const server = await startNameServer((work) => t.teardown(work), {
    [`${NAME} ${CNAME}`]: [recordOf(NAME, CNAME, label('gateway.example'))],
    [`${NAME} ${CAA}`]: [
      recordOf(NAME, CNAME, label('gateway.example')),
      recordOf('gateway.example', CAA, caaData(128, 'ISSUE', 'ca.example')),
    ],
    [`site.example ${CAA}`]: [
      recordOf('site.example', CAA, caaData(0, 'issue', OURS)),
      recordOf('site.example', CAA, caaData(0, 'issuewild', ';')),
    ],
    [`broken.example ${CAA}`]: 'failure',
  });
  const resolver = dnsResolver(5_000, [server]);
  t.deepEqual(await lookUpCaa(NAME, resolver, 60_000), {
    name: NAME,
    alias: 'gateway.example',
    own: { at: NAME, records: [...issue('ca.example')] },
    parent: { at: 'site.example', records: [...issue(OURS), wild(';')] },
  });
  const plain = await lookUpCaa('other.site.example', resolver, 60_000);
  t.like(plain, { alias: null, own: { at: 'site.example' } });
  t.true(limitOf(plain, ACCOUNT).isLimited);
  t.like(await lookUpCaa('absent.example', resolver, 60_000), { own: { at: null, records: [] } });
  t.deepEqual(await lookUpCaa('broken.example', resolver, 60_000), {
    problem: 'the DNS answered ESERVFAIL',
  });
});

test('a policy that demands it rejects what is not limited, and any other one reports it', async (t) => {
  const document = await mintDocument();
  const stated = parseStatement(document.statement);
  const tls = { spki_sha256: '00'.repeat(32), acme_account_uri: ACCOUNT };
  const limited = await found({ 'site.example': issue(OURS) });
  const open = await found({});
  const judged = (
    caa: Policy['caa'],
    sight: CaaSight | undefined,
    account: typeof tls | null = tls,
    capturedAt?: string,
  ): string => {
    const findings = new Findings();
    judgeChannel(
      findings,
      {
        statement: { ...stated, ...(account === null ? {} : { tls: account }) },
        document: { request_nonce: NONCE },
        sight: { url: `https://${NAME}`, nonce: NONCE, channel: undefined, caa: sight, capturedAt },
      },
      { ...LOCAL_POLICY, ...(caa === undefined ? {} : { caa }) },
    );
    const about = {
      hardware: 'simulated',
      policy: { name: 'p', reviewed: true },
      judged_at: '',
    } as const;
    return statusOf(findings.report(about, new Set()), 'channel.caa');
  };
  t.is(judged('account', limited), 'pass');
  t.is(judged(undefined, limited), 'pass');
  t.is(judged('account', limited, tls, '2026-11-29T00:00:00.000Z'), 'info');
  t.is(judged('account', limited, null), 'fail');
  t.is(judged(undefined, limited, null), 'info');
  for (const sight of [open, undefined, { problem: 'no answer in time' }]) {
    t.is(judged('account', sight), 'fail');
    t.is(judged(undefined, sight), 'info');
    t.is(judged('account', sight, tls, '2026-11-29T00:00:00.000Z'), 'fail');
  }
});
