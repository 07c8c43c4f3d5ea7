/**
 * `npm run local -- --once`: 0 for an account that is whole, 1 where any record is missing or
 * wrong.
 */
import { Writable } from 'node:stream';
import { test } from '../test.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { proveAccount } from '../../src/account-check/prove-account.js';
import { freePort } from '../../scripts/local/free-port.js';
import { runLocal, type LocalOptions } from '../../scripts/local/run-local.js';
import type { StandInNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { sampleOf } from '../sample.js';
import { createWorld, type World } from '../scenarios/world.js';

type Spoil = (node: StandInNode, account: string) => void;

/** One deployment for all accounts that are only looked at. */
let shared: World | undefined;

test.before('a deployment for all accounts', async () => {
  shared = await createWorld();
});

test.after.always('the deployment is taken down', () => shared?.close());

/**
 * Spoils a new account and returns whether the independent reader, which the command runs as a
 * process, still proves it.
 */
async function isProved(spoil: Spoil = () => undefined): Promise<boolean> {
  if (shared === undefined) throw new Error('there is no deployment');
  const { node } = shared;
  const person = await shared.person();
  const { siwe, sessionSeed } = composeAppSignIn(person.address, 'localhost:5173', Date.now());
  const signed = await shared.sign(person, siwe);
  await shared.untilComplete(person);
  spoil(node, `tinycloud:pkh:eip155:1:${person.address}:account`);
  const proof = await proveAccount({
    nodeUrl: node.url,
    siwe,
    signature: String(signed.body['signature']),
    sessionSeed: Buffer.from(sessionSeed).toString('hex'),
  });
  return proof.proved;
}

/** The whole command, in processes of its own. */
async function runOnce(
  wanted: Pick<LocalOptions, 'apps' | 'node'> = {},
  spoil?: Spoil,
): Promise<{ code: number; text: string; framePolicy: string }> {
  let text = '';
  let framePolicy = '';
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const beforeProof: LocalOptions['beforeProof'] = async (node, address) => {
    const [, url] = /service +(\S+)/.exec(text) ?? [];
    const { headers } = await fetch(`${url ?? ''}/widget/`);
    framePolicy = headers.get('content-security-policy') ?? '';
    if (node !== undefined) spoil?.(node, `tinycloud:pkh:eip155:1:${address}:account`);
  };
  const { signal } = new AbortController();
  const code = await runLocal({ once: true, port: 0, ...wanted, output, signal, beforeProof });
  return { code, text, framePolicy };
}

test('an untouched account is proved, with plain lines where there is no terminal', async (t) => {
  const apps = ['http://localhost:5173', 'http://localhost:5174'];
  const { code, text, framePolicy } = await runOnce({ apps });
  t.is(code, 0, text);
  t.regex(text, /proved/);
  t.false(text.includes('\u001B'));
  t.is([...text.matchAll(/ms {2}✓ /g)].length, 20);
  t.true(framePolicy.includes(`frame-ancestors ${apps.join(' ')};`), framePolicy);
});

test('a node that does not answer is named with the reason', async (t) => {
  const node = `http://127.0.0.1:${await freePort()}`;
  const { code, text } = await runOnce({ node });
  t.is(code, 1);
  t.true(
    text.endsWith(`failed: ${node} gave no answer to /delegate: nothing listens there\n`),
    text,
  );
});

const json = { 'content-type': 'application/json' };
const wrong = new TextEncoder().encode('{"v":2}');
/** All spaces are looked at in one way: CI spoils two of them, `npm run test:full` each. */
const NAMES = sampleOf(['default', 'public', 'applications', 'account', 'secrets'], 2, 0);
const spaceKey = (account: string, name: string): string =>
  `spaces/${account.replace(/account$/, name)}`;

const KEYS: readonly (readonly [string, (account: string) => string])[] = [
  ...NAMES.map((name) => [`space ${name}`, (account: string) => spaceKey(account, name)] as const),
  ['application', () => 'applications/xyz.tinycloud.secrets'],
  ['marker', () => 'system/bootstrap/complete'],
];
for (const [what, keyOf] of KEYS) {
  test(`a missing or altered record is noticed: key of ${what}`, async (t) => {
    t.false(await isProved((node, account) => node.inspect.deleteKv(account, keyOf(account))));
    const alter: Spoil = (node, account) =>
      node.inspect.putKv(account, keyOf(account), wrong, json);
    t.false(await isProved(alter));
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
for (const sql of sampleOf(STATEMENTS, 7, 0)) {
  test(`a missing or altered row is noticed: ${sql}`, async (t) => {
    const spoil: Spoil = (node, account) => void node.inspect.sql(account, 'account', sql);
    t.false(await isProved(spoil));
  });
}

test('a network or a space that is gone is noticed', async (t) => {
  const dropNetwork: Spoil = (node, account) => {
    const address = /0x[0-9a-fA-F]{40}/.exec(account)?.[0] ?? '';
    node.inspect.deleteNetwork(`urn:tinycloud:encryption:did:pkh:eip155:1:${address}:default`);
  };
  t.false(await isProved(dropNetwork));
  const dropSpace: Spoil = (node, account) =>
    node.inspect.unhostSpace(account.replace(/account$/, 'default'));
  t.false(await isProved(dropSpace));
});

test('what is noticed is the end of the command, too', async (t) => {
  t.true(await isProved());
  const { code, text } = await runOnce({}, (node, account) => {
    // Otherwise the service may notice first, and write the marker again.
    node.setFaults('/invoke:tinycloud.kv/put=status-500');
    node.inspect.deleteKv(account, 'system/bootstrap/complete');
  });
  t.is(code, 1, text);
});
