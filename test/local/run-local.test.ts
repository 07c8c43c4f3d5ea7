/** `npm run local -- --once`: 0 for an account that is whole, 1 where any record is missing or wrong. */
import { Writable } from 'node:stream';
import { test } from '../test.js';
import { runLocal, type LocalOptions } from '../../scripts/local/run-local.js';
import type { StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';

type Spoil = (node: StandInNode, account: string) => void;

async function runOnce(spoil?: Spoil): Promise<{ code: number; text: string }> {
  let text = '';
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const beforeProof: LocalOptions['beforeProof'] = (node, address) => {
    if (node !== undefined) spoil?.(node, `tinycloud:pkh:eip155:1:${address}:account`);
  };
  const { signal } = new AbortController();
  const code = await runLocal({ once: true, port: 0, output, signal, beforeProof });
  return { code, text };
}

test('an untouched account is proved, with plain lines where there is no terminal', async (t) => {
  const { code, text } = await runOnce();
  t.is(code, 0, text);
  t.regex(text, /proved/);
  t.false(text.includes('\u001B'));
  t.is([...text.matchAll(/ms {2}✓ /g)].length, 20);
});

const json = { 'content-type': 'application/json' };
const wrong = new TextEncoder().encode('{"v":2}');
const NAMES = ['default', 'applications', 'account', 'secrets', 'public'];
const spaceKey = (account: string, name: string): string =>
  `spaces/${account.replace(/account$/, name)}`;

const KEYS: readonly (readonly [string, (account: string) => string])[] = [
  ...NAMES.map((name) => [`space ${name}`, (account: string) => spaceKey(account, name)] as const),
  ['application', () => 'applications/xyz.tinycloud.secrets'],
  ['marker', () => 'system/bootstrap/complete'],
];
for (const [what, keyOf] of KEYS) {
  test(`a missing or altered record is noticed: key of ${what}`, async (t) => {
    const missing = await runOnce((node, account) =>
      node.inspect.deleteKv(account, keyOf(account)),
    );
    t.is(missing.code, 1, missing.text);
    const altered = await runOnce((node, account) =>
      node.inspect.putKv(account, keyOf(account), wrong, json),
    );
    t.is(altered.code, 1, altered.text);
  });
}

const MIGRATION = "key = 'tinycloud.account.index:001_initial'";
const STATEMENTS = [
  ...NAMES.map((name) => `DELETE FROM spaces WHERE name = '${name}'`),
  ...NAMES.map((name) => `UPDATE spaces SET type = 'private' WHERE name = '${name}'`),
  'DELETE FROM applications',
  "UPDATE applications SET manifest_json = '[]'",
  'DELETE FROM application_state',
  "UPDATE application_state SET manifest_hash = 'x'",
  "DELETE FROM __tinycloud_sql_migrations WHERE id = '000_metadata'",
  `DELETE FROM __tinycloud_sql_migrations WHERE ${MIGRATION}`,
  `UPDATE __tinycloud_sql_migrations SET statement_count = 9 WHERE ${MIGRATION}`,
  'DROP TABLE delegations',
  'DROP TABLE sync_state',
  'DROP INDEX idx_spaces_owner',
  'ALTER TABLE sync_state ADD COLUMN extra TEXT',
];
for (const sql of STATEMENTS) {
  test(`a missing or altered row is noticed: ${sql}`, async (t) => {
    const { code, text } = await runOnce((node, account) => {
      node.inspect.sql(account, 'account', sql);
    });
    t.is(code, 1, text);
  });
}

test('a network or a space that is gone is noticed', async (t) => {
  const network = await runOnce((node, account) => {
    const address = /0x[0-9a-fA-F]{40}/.exec(account)?.[0] ?? '';
    node.inspect.deleteNetwork(`urn:tinycloud:encryption:did:pkh:eip155:1:${address}:default`);
  });
  t.is(network.code, 1, network.text);
  const space = await runOnce((node, account) =>
    node.inspect.unhostSpace(account.replace(/account$/, 'default')),
  );
  t.is(space.code, 1, space.text);
});
