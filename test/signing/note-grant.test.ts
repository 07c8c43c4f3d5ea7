/** Tests which signed rights are recorded, and which are left out when there are too many. */
import { ACCOUNT_LIMITS } from '../../src/accounts/account-limits.js';
import type { UserDocument } from '../../src/accounts/user-document.js';
import { createRecap, type Recap } from '../../src/protocol/recap.js';
import type { SiweMessage } from '../../src/protocol/siwe-message.js';
import { grantOf, noteGrant } from '../../src/signing/note-grant.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import { composeRequest, createOneUser, HOUR_MS, NOW_MS, rightOver, spaceOf } from './one-user.js';

const { user, key } = createOneUser();
const [, second = key] = user.keys;
const DAY_MS = 24 * HOUR_MS;
const iso = (ms: number): string => new Date(ms).toISOString();

const kv = (name: string, ability = 'tinycloud.kv/get', address: string = key.address): Recap =>
  rightOver(`${spaceOf(address, name)}/kv`, ability);
const networkOf = (address: string, name: string): string =>
  `urn:tinycloud:encryption:did:pkh:eip155:1:${address}:${name}`;

const requestOf = (recap: Recap, changes: Partial<SiweMessage> = {}, by = key) =>
  parseSigningRequest(composeRequest(by, recap, changes), 'personal_sign');

/** Returns the user after this was signed. */
const sign = (
  known: UserDocument,
  recap: Recap,
  changes: Partial<SiweMessage> = {},
  nowMs = NOW_MS,
): UserDocument => noteGrant(known, key, requestOf(recap, changes), nowMs);

const domainsOf = ({ grants }: UserDocument): readonly string[] =>
  grants.map(({ domain }) => domain);

test('a grant contains own spaces and networks, its expiry and its gravity', (t) => {
  const recap = createRecap([
    [`${spaceOf(key.address, 'default')}/kv`, ['tinycloud.kv/get']],
    [networkOf(key.address, 'default'), ['tinycloud.encryption/decrypt']],
  ]);
  t.deepEqual(grantOf(requestOf(recap), key, NOW_MS), {
    keyId: key.id,
    domain: 'app.example',
    signedAtMs: NOW_MS,
    expiresAtMs: NOW_MS + HOUR_MS,
    spaces: ['default'],
    networks: ['default'],
    isGrave: true,
  });
  t.like(grantOf(requestOf(kv('public')), key, NOW_MS), { isGrave: false, spaces: ['public'] });
  const network = rightOver(networkOf(key.address, 'mine'), 'tinycloud.encryption/decrypt');
  t.like(grantOf(requestOf(network), key, NOW_MS), { spaces: [], networks: ['mine'] });
});

test('a request without rights to the own account is not recorded as a grant', (t) => {
  const foreign = spaceOf(second.address, 'default');
  const none = [
    parseSigningRequest('hello', 'personal_sign'),
    requestOf(kv('default', 'tinycloud.kv/get', second.address)),
    requestOf(rightOver(networkOf(second.address, 'default'), 'tinycloud.encryption/decrypt')),
    requestOf(rightOver(`${foreign}/kv/:${key.address}:default/kv`, 'tinycloud.kv/get')),
    requestOf(rightOver('https://example.org', 'tinycloud.kv/get')),
    requestOf(rightOver(`${spaceOf(key.address, 'default')}/space`, 'tinycloud.space/host')),
    // A request with the other key, for the spaces of this one.
    requestOf(kv('default'), {}, second),
    parseSigningRequest(
      composeRequest(key, kv('default')).replace("'get'", "'put'"),
      'personal_sign',
    ),
  ];
  for (const request of none) {
    t.is(grantOf(request, key, NOW_MS), undefined);
    t.is(noteGrant(user, key, request, NOW_MS), user);
  }
});

test('a grant keeps twenty names, the standard ones first, and counts the rest', (t) => {
  const names = Array.from({ length: 25 }, (_, at) => `a${at}`);
  const entries = [...names, 'secrets', 'default'].map(
    (name) => [`${spaceOf(key.address, name)}/kv`, ['tinycloud.kv/get']] as const,
  );
  const networks = Array.from(
    { length: 22 },
    (_, at) => [networkOf(key.address, `n${at}`), ['tinycloud.encryption/decrypt']] as const,
  );
  const grant = grantOf(requestOf(createRecap([...entries, ...networks])), key, NOW_MS);
  t.is(grant?.spaces.length, 20);
  t.deepEqual(grant?.spaces.slice(0, 2), ['default', 'secrets']);
  t.is(grant?.networks?.length, 20);
  t.is(grant?.more, 7 + 2);
});

test('a repeated grant replaces only an equal grant that ends no later', (t) => {
  const endingIn = (ms: number): Partial<SiweMessage> => ({ expirationTime: iso(NOW_MS + ms) });
  const first = sign(user, kv('default'), endingIn(2 * HOUR_MS));
  t.is(sign(first, kv('default'), endingIn(2 * HOUR_MS)).grants.length, 1);
  const longer = sign(first, kv('default'), endingIn(3 * HOUR_MS));
  t.deepEqual(
    longer.grants.map(({ expiresAtMs }) => expiresAtMs),
    [NOW_MS + 3 * HOUR_MS],
  );
  t.is(sign(first, kv('default'), endingIn(HOUR_MS)).grants.length, 2, 'a shorter one');
  t.is(sign(first, kv('public'), endingIn(3 * HOUR_MS)).grants.length, 2, 'another space');
  const elsewhere = { ...endingIn(3 * HOUR_MS), domain: 'other.example' };
  t.is(sign(first, kv('default'), elsewhere).grants.length, 2, 'another app');
  const graver = kv('default', 'tinycloud.kv/del');
  t.is(sign(first, graver, endingIn(3 * HOUR_MS)).grants.length, 2, 'graver rights');
  const byOther = noteGrant(
    first,
    second,
    requestOf(kv('default', 'tinycloud.kv/get', second.address), endingIn(3 * HOUR_MS), second),
    NOW_MS,
  );
  t.is(byOther.grants.length, 2, 'another key');
});

test('the next signature removes expired grants', (t) => {
  const first = sign(user, kv('default'));
  const later = sign(
    first,
    kv('public'),
    { expirationTime: iso(NOW_MS + DAY_MS) },
    NOW_MS + HOUR_MS,
  );
  t.deepEqual(
    later.grants.map(({ spaces }) => spaces),
    [['public']],
  );
  const hello = parseSigningRequest('hello', 'personal_sign');
  t.deepEqual(noteGrant(first, key, hello, NOW_MS + HOUR_MS).grants, []);
  t.is(noteGrant(first, key, hello, NOW_MS + HOUR_MS - 1), first);
});

/** Signs many harmless requests, each for a different app. */
function flood(
  known: UserDocument,
  count: number,
  changes: Partial<SiweMessage> = {},
): UserDocument {
  return Array.from({ length: count }).reduce<UserDocument>(
    (before, _each, at) =>
      sign(before, kv('public'), { domain: `flood-${at}.example`, ...changes }, NOW_MS + at),
    known,
  );
}

test('harmless grants never displace an older grant, and those left out are counted', (t) => {
  const older = [
    ['reads', kv('default')],
    ['deletes', kv('default', 'tinycloud.kv/del')],
    ['secrets', kv('secrets')],
  ] as const;
  for (const [what, recap] of older) {
    const before = sign(user, recap, { domain: 'older.example' });
    const after = flood(before, 60);
    t.is(after.grants.length, ACCOUNT_LIMITS.grants);
    t.true(domainsOf(after).includes('older.example'), what);
    t.deepEqual(after.grantsLeftOut, [
      { keyId: key.id, count: 61 - ACCOUNT_LIMITS.grants, expiresAtMs: NOW_MS + HOUR_MS },
    ]);
  }
});

test('a graver or longer grant replaces a harmless and short one', (t) => {
  const full = flood(user, ACCOUNT_LIMITS.grants);
  for (const [recap, changes] of [
    [kv('default', 'tinycloud.kv/del'), {}],
    [kv('default'), { expirationTime: iso(NOW_MS + 2 * DAY_MS) }],
  ] as const) {
    const after = sign(full, recap, { ...changes, domain: 'new.example' });
    t.true(domainsOf(after).includes('new.example'));
    t.is(after.grants.length, ACCOUNT_LIMITS.grants);
    t.like(after.grantsLeftOut?.[0], { count: 1 });
  }
  const same = sign(full, kv('default'), { domain: 'new.example' });
  t.false(domainsOf(same).includes('new.example'));
  t.like(same.grantsLeftOut?.[0], { count: 1 });
});

test('a grant without a recorded gravity counts as grave', (t) => {
  const known = grantOf(requestOf(kv('default')), key, NOW_MS);
  if (known === undefined) return t.fail();
  const { isGrave: _isGrave, ...old } = known;
  const grave = { ...known, isGrave: true };
  const grants = [
    ...Array.from({ length: ACCOUNT_LIMITS.grants - 1 }, (_, at) => ({
      ...grave,
      domain: `grave-${at}.example`,
    })),
    { ...old, domain: 'older.example' },
  ];
  const deleting = kv('default', 'tinycloud.kv/del');
  const after = sign({ ...user, grants }, deleting, { domain: 'new.example' });
  t.true(domainsOf(after).includes('older.example'));
  t.false(domainsOf(after).includes('new.example'));
});

test('grants that were left out are counted for their key until the last one expires', (t) => {
  const full = flood(user, ACCOUNT_LIMITS.grants, { expirationTime: iso(NOW_MS + DAY_MS) });
  const one = sign(full, kv('default'), { expirationTime: iso(NOW_MS + HOUR_MS) });
  const two = sign(one, kv('applications'), { expirationTime: iso(NOW_MS + 3 * HOUR_MS) });
  const three = sign(two, kv('account'), { expirationTime: iso(NOW_MS + 2 * HOUR_MS) });
  t.deepEqual(three.grantsLeftOut, [
    { keyId: key.id, count: 3, expiresAtMs: NOW_MS + 3 * HOUR_MS },
  ]);
  const hello = parseSigningRequest('hello', 'personal_sign');
  t.is(noteGrant(three, key, hello, NOW_MS + 3 * HOUR_MS - 1).grantsLeftOut?.length, 1);
  t.deepEqual(noteGrant(three, key, hello, NOW_MS + 3 * HOUR_MS).grantsLeftOut, []);
});
