/**
 * Tests the lines that describe rights: they equal the reviewed ones, and cover everything in a
 * request.
 */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import * as fc from 'fast-check';
import type { Statement } from '../../src/api/reviews.js';
import { SPACE_NAMES } from '../../src/bootstrap/account.js';
import { hostRecap, sessionRecap } from '../../src/bootstrap/session-grants.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap, type Recap } from '../../src/protocol/recap.js';
import { findResource } from '../../src/protocol/resource.js';
import { grantedRightsOf } from '../../src/signing/granted-rights.js';
import { describeRights, isGrave, isGraveRight } from '../../src/signing/review/statements.js';
import { recap as someRecap } from '../protocol/arbitraries.js';

const ADDRESS = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const OTHER = parseAddress('0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf');
const owner = { chainId: 1, address: ADDRESS };
const spaceOf = (name: string, address = ADDRESS, chain = 1): string =>
  `tinycloud:pkh:eip155:${chain}:${address}:${name}`;

const describe = (recap: Recap): readonly Statement[] =>
  describeRights(grantedRightsOf(recap), ADDRESS);
const linesOf = (recap: Recap): readonly string[] =>
  describe(recap).map(({ severity, kind, text }) => `${severity} ${kind}: ${text}`);

test('the lines of the five sessions and of hosting equal the reviewed ones', (t) => {
  const file = new URL('../../../test/vectors/sealwright/statements.txt', import.meta.url);
  const sections = (['session', 'host'] as const).flatMap((kind) =>
    SPACE_NAMES.map((name) => {
      const make = kind === 'session' ? sessionRecap : hostRecap;
      return `## ${kind}:${name}\n${linesOf(make(owner, name)).join('\n')}\n`;
    }),
  );
  t.is(sections.join('\n'), readFileSync(file, 'utf8'));
});

test('rights to delete are in the first lines', (t) => {
  for (const name of SPACE_NAMES) {
    const kinds = describe(sessionRecap(owner, name)).map(({ kind }) => kind);
    const deletes = kinds.filter((kind) => kind === 'delete').length;
    t.true(
      kinds.slice(0, deletes).every((kind) => kind === 'delete'),
      name,
    );
  }
  fc.assert(
    fc.property(someRecap, (recap) => {
      const kinds = describe(recap).map(({ kind }) => kind);
      const last = kinds.lastIndexOf('delete');
      return kinds.slice(0, last + 1).every((kind) => kind === 'delete');
    }),
  );
});

const shown = (recap: Recap): string => JSON.stringify(describe(recap));
const entriesOf = ({ attenuations }: Recap): (readonly [string, readonly string[]])[] => [
  ...attenuations,
];

test('adding, removing or changing any ability or resource changes what is shown', (t) => {
  const change = fc.record({ recap: someRecap, at: fc.nat(), which: fc.nat(), other: someRecap });
  fc.assert(
    fc.property(change, ({ recap, at, which, other }) => {
      const entries = entriesOf(recap);
      const index = at % entries.length;
      const [resource, abilities] = entries[index] ?? ['', []];
      const ability = abilities[which % abilities.length] ?? '';
      const variants: (readonly [string, readonly string[]])[][] = [
        entries.filter((_entry, position) => position !== index),
        entries.with(index, [resource, abilities.filter((each) => each !== ability)]),
        entries.with(index, [resource, [...abilities, 'tinycloud.kv/other']]),
        entries.with(index, [`${resource}x`, abilities]),
        [...entries, ...entriesOf(other)],
      ];
      for (const variant of variants) {
        const left = variant.filter(([, names]) => names.length > 0);
        if (left.length === 0) continue;
        const changed = createRecap(left);
        const isSame = JSON.stringify(entriesOf(changed)) === JSON.stringify(entriesOf(recap));
        if (!isSame && shown(changed) === shown(recap)) return false;
      }
      return true;
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('unknown, foreign and unusual rights are stated explicitly', (t) => {
  const rows: readonly (readonly [string, string, string])[] = [
    [
      `${spaceOf('default')}/kv`,
      'tinycloud.kv/teleport',
      'danger unknown: An unknown right: "tinycloud.kv/teleport" over your default space.',
    ],
    // A known right to another service is not a known right.
    [
      `${spaceOf('default')}/kv`,
      'tinycloud.sql/read',
      'danger unknown: An unknown right: "tinycloud.sql/read" over your default space.',
    ],
    [
      'https://example.org/x',
      'tinycloud.kv/get',
      'danger unknown: An unknown right: "tinycloud.kv/get" over "https://example.org/x".',
    ],
    [
      `${spaceOf('default')}/kv//`,
      'tinycloud.kv/del',
      'danger delete: Delete anything in your default space under keys that begin with a slash.',
    ],
    [
      `${spaceOf('default')}/kv//`,
      'tinycloud.kv/put',
      'caution write: Add and overwrite entries in your default space under keys that begin with a slash.',
    ],
    [
      `${spaceOf('default')}/kv//`,
      'tinycloud.kv/get',
      'normal read: Read the contents of anything in your default space under keys that begin with a slash.',
    ],
    [
      `${spaceOf('default')}/kv//photos/`,
      'tinycloud.kv/del',
      'danger delete: Delete anything in your default space under "/photos/".',
    ],
    [
      `${spaceOf('default')}/kv/`,
      'tinycloud.kv/del',
      'danger delete: Delete anything in your default space under the empty key and keys that begin with a slash.',
    ],
    // A node lists by prefix, and the empty prefix matches every key.
    [
      `${spaceOf('default')}/kv/`,
      'tinycloud.kv/list',
      'normal read: List the keys of anything in your default space.',
    ],
    // The last segment of a path names the database, so a prefix of several paths covers all their
    // databases.
    ...['', '/', 'a/', 'a/b'].map(
      (path) =>
        [
          `${spaceOf('default')}/sql/${path}`,
          'tinycloud.sql/write',
          `danger delete: Add, change and delete rows, and create, change and drop tables, in any database of your default space, by a path that begins with "${path}".`,
        ] as const,
    ),
    [
      `${spaceOf('default')}/capabilities//`,
      'tinycloud.capabilities/read',
      'normal inspect: See which rights others hold over your default space under "/".',
    ],
    [
      `${spaceOf('default', OTHER)}/kv`,
      'tinycloud.kv/get',
      `normal read: Read the contents of anything in the space "default" of ${OTHER}.`,
    ],
    [
      `${spaceOf('default', ADDRESS, 10)}/kv`,
      'tinycloud.kv/get',
      'normal read: Read the contents of anything in your default space on chain 10.',
    ],
    [
      `${spaceOf('photos')}/kv`,
      'tinycloud.kv/get',
      'normal read: Read the contents of anything in your space "photos".',
    ],
    [
      `${spaceOf('secrets')}/kv/vault/`,
      'tinycloud.kv/get',
      'caution read: Read the contents of anything in your secrets under "vault/".',
    ],
    [
      `urn:tinycloud:encryption:did:pkh:eip155:1:${ADDRESS}:default`,
      'tinycloud.encryption/decrypt',
      'danger decrypt: Decrypt whatever is encrypted for your encryption network "default".',
    ],
    [
      `urn:tinycloud:encryption:did:pkh:eip155:1:${OTHER}:default`,
      'tinycloud.encryption/decrypt',
      `danger decrypt: Decrypt whatever is encrypted for the encryption network "default" of ${OTHER}.`,
    ],
  ];
  for (const [resource, ability, line] of rows) {
    t.deepEqual(linesOf(createRecap([[resource, [ability]]])), [line]);
  }
});

test('a path that is empty or begins with a slash is as grave as its right', (t) => {
  for (const path of ['/', '//', '///x', '/x']) {
    const statements = describe(
      createRecap([
        [`${spaceOf('default')}/kv${path}`, ['tinycloud.kv/del', 'tinycloud.kv/get']],
        [`${spaceOf('default')}/sql${path}`, ['tinycloud.sql/write']],
      ]),
    );
    t.deepEqual(
      statements.map((each) => [each.kind, isGrave(each)]),
      [
        ['delete', true],
        ['delete', true],
        ['read', false],
      ],
      path,
    );
  }
});

test('listing all keys by the empty path differs from reading below it', (t) => {
  const abilities = ['tinycloud.kv/get', 'tinycloud.kv/list', 'tinycloud.kv/metadata'];
  t.deepEqual(linesOf(createRecap([[`${spaceOf('default')}/kv/`, abilities]])), [
    'normal read: Read the contents and see size and type of anything in your default space under the empty key and keys that begin with a slash.',
    'normal read: List the keys of anything in your default space.',
  ]);
});

test('rights are grave without words exactly where one of their lines is', (t) => {
  const known = fc
    .subarray(
      SPACE_NAMES.flatMap((name) => [sessionRecap(owner, name), hostRecap(owner, name)]),
      { minLength: 1 },
    )
    .map((recaps) => createRecap(recaps.flatMap(entriesOf)));
  fc.assert(
    fc.property(fc.oneof(someRecap, known), (recap) => {
      for (const [resource, abilities] of recap.attenuations) {
        const lines = describe(createRecap([[resource, abilities]]));
        t.is(isGraveRight(findResource(resource), abilities), lines.some(isGrave), resource);
      }
    }),
  );
});
