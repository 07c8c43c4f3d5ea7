/**
 * Tests the ten requests that are signed without a prompt against the recorded allow-list and an
 * oracle that implements its rules.
 */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import * as fc from 'fast-check';
import { findAllowedRequest } from '../../src/provisioning/allow-list.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap } from '../../src/protocol/recap.js';
import { grantedRightsOf } from '../../src/signing/granted-rights.js';

type Row = {
  readonly service: string;
  readonly space: string;
  readonly path: string;
  readonly actions: string[];
};
type Item =
  | { readonly kind: 'session'; readonly space: string; readonly resources: Row[] }
  | { readonly kind: 'space/host'; readonly space: string; readonly resources?: undefined };

const data = JSON.parse(
  readFileSync(
    new URL('../../../test/vectors/tinycloud/bootstrap-data.json', import.meta.url),
    'utf8',
  ),
) as {
  readonly address: string;
  readonly spaceNames: readonly string[];
  readonly allowlist: readonly Item[];
  readonly accountRawAbilities: Readonly<Record<string, string[]>>;
};
const address = parseAddress(data.address);
const owner = { chainId: 1, address };
type Entry = readonly [string, readonly string[]];

const uriOf = (
  space: string,
  service: string,
  path: string,
  chain = 1,
  who: string = address,
): string =>
  `tinycloud:pkh:eip155:${chain}:${who}:${space}/${service}${path === '' ? '' : `/${path}`}`;
const short = (service: string): string => service.replace('tinycloud.', '');
const hostEntry = (space: string): Entry => [uriOf(space, 'space', ''), ['tinycloud.space/host']];
const raw: readonly Entry[] = Object.entries(data.accountRawAbilities);

function entriesOf(item: Item): readonly Entry[] {
  if (item.kind === 'space/host') return [hostEntry(item.space)];
  const rows = item.resources.map(({ service, space, path, actions }): Entry => [
    uriOf(space, short(service), path),
    actions,
  ]);
  return item.space === 'account' ? [...rows, ...raw] : rows;
}

function judge(entries: readonly Entry[], who = owner): string | undefined {
  const recap = createRecap(entries);
  return findAllowedRequest({ recap, rights: grantedRightsOf(recap) }, who)?.kind;
}

/** Implements the rules in another way: directly from the recorded table, with texts only. */
function oracle(entries: readonly Entry[]): string | undefined {
  const hosts = new Set(data.spaceNames.map((name) => uriOf(name, 'space', '')));
  const isHost = entries.every(
    ([uri, names]) => hosts.has(uri) && names.every((name) => name === 'tinycloud.space/host'),
  );
  if (isHost) return 'host';
  const standing = data.allowlist.filter((item) => {
    if (item.kind !== 'session') return false;
    const table = new Map(entriesOf(item));
    const own = uriOf(item.space, '', '').slice(0, -1);
    return (
      entries.every(([uri, names]) => names.every((name) => table.get(uri)?.includes(name))) &&
      entries.every(([uri]) => table.has(uri)) &&
      entries.some(([uri]) => uri.startsWith(`${own}/`))
    );
  });
  return standing.length === 1 ? 'session' : undefined;
}

test('each of the ten recorded requests is allowed and recognized', (t) => {
  t.is(data.allowlist.length, 10);
  for (const item of data.allowlist) {
    t.is(judge(entriesOf(item)), item.kind === 'session' ? 'session' : 'host', item.space);
  }
});

test('every subset of the abilities of each of the ten requests is allowed', (t) => {
  for (const item of data.allowlist) {
    for (const [index, [uri, names]] of entriesOf(item).entries()) {
      const count = 2 ** names.length - 1;
      for (let mask = 1; mask <= count; mask += 1) {
        const some = names.filter((_name, bit) => (mask >> bit) % 2 === 1);
        const entries = entriesOf(item).with(index, [uri, some]);
        t.truthy(judge(entries), `${item.kind} ${item.space} ${uri}`);
      }
    }
  }
});

test('a request with an additional, moved or foreign entry is not allowed', (t) => {
  const other = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
  for (const item of data.allowlist) {
    const good = entriesOf(item);
    const [uri = '', names = []] = good[0] ?? [];
    const denied: readonly (readonly Entry[])[] = [
      good.with(0, [uri, [...names, 'tinycloud.kv/teleport']]),
      [...good, [uriOf('photos', 'kv', ''), ['tinycloud.kv/get']]],
      [...good, [uriOf('photos', 'space', ''), ['tinycloud.space/host']]],
      good.with(0, [`${uri}/x`, names]),
      good.with(0, [`${uri}//`, names]),
      good.with(0, [uri.replace(address, other), names]),
      good.with(0, [uri.replace('eip155:1:', 'eip155:10:'), names]),
      [...good, ['https://example.org', ['tinycloud.kv/get']]],
    ];
    for (const entries of denied) t.is(judge(entries), undefined, JSON.stringify(entries[0]));
    t.is(judge(good, { chainId: 10, address }), undefined);
    t.is(judge(good, { chainId: 1, address: parseAddress(other) }), undefined);
  }
});

test('a request that mixes a session with hosting, or that matches two sessions, is not allowed', (t) => {
  const session = data.allowlist.find(
    ({ kind, space }) => kind === 'session' && space === 'public',
  );
  if (session === undefined) return t.fail();
  t.is(judge([...entriesOf(session), hostEntry('public')]), undefined);
  // Only rows of the account space from the default session: none is in its own space, and the
  // marker is not a row of the account session.
  t.is(
    judge([[uriOf('account', 'kv', 'system/bootstrap/complete'), ['tinycloud.kv/get']]]),
    undefined,
  );
  t.is(judge([[uriOf('account', 'kv', 'spaces/'), ['tinycloud.kv/get']]]), 'session');
});

test('the rule and the oracle agree on every combination of entries of the ten requests', (t) => {
  const pool = data.allowlist.flatMap(entriesOf).concat([
    [uriOf('photos', 'kv', ''), ['tinycloud.kv/get']],
    [uriOf('default', 'kv', '/'), ['tinycloud.kv/get']],
    [uriOf('default', 'kv', '', 10), ['tinycloud.kv/get']],
  ]);
  const entry = fc
    .constantFrom(...pool)
    .chain(([uri, names]) =>
      fc.tuple(
        fc.constant(uri),
        fc.subarray([...names, 'tinycloud.kv/teleport'], { minLength: 1, maxLength: names.length }),
      ),
    );
  const counts = { host: 0, session: 0, none: 0 };
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (picked) => {
      const merged = [...createRecap(picked).attenuations];
      const expected = oracle(merged);
      counts[expected === 'host' || expected === 'session' ? expected : 'none'] += 1;
      return judge(merged) === expected;
    }),
    { numRuns: 2_000, seed: 20_261_126 },
  );
  t.true(counts.host > 0 && counts.session > 0 && counts.none > 0, JSON.stringify(counts));
});
