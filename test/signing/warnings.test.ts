/** Tests the warnings, and that no text can suppress one. */
import { createRecap, type Recap } from '../../src/protocol/recap.js';
import type { SiweMessage } from '../../src/protocol/siwe-message.js';
import { appStatementOf } from '../../src/signing/review/app-statement.js';
import { describeRights } from '../../src/signing/review/statements.js';
import { findWarnings } from '../../src/signing/review/warnings.js';
import { parseSigningRequest, signInMessageOf } from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import {
  composeRequest,
  createOneUser,
  HOUR_MS,
  NOW_MS,
  PEER,
  rightOver,
  spaceOf,
} from './one-user.js';

const { user, key } = createOneUser();
const OTHER = user.keys[1]?.address ?? key.address;
const own = spaceOf(key.address, 'default');
const kv = rightOver(`${own}/kv`, 'tinycloud.kv/get');
const iso = (ms: number): string => new Date(NOW_MS + ms).toISOString();

function warningsOf(
  message: string,
  format: 'personal_sign' | 'raw' = 'personal_sign',
  appHost?: string,
) {
  const { content } = parseSigningRequest(message, format);
  const statements = content.kind === 'recap' ? describeRights(content.rights, key.address) : [];
  const host = appHost ?? signInMessageOf(content)?.domain ?? 'app.example';
  return findWarnings(content, statements, host, NOW_MS).map(({ id }) => id);
}

const about = (recap: Recap, changes: Partial<SiweMessage> = {}) =>
  warningsOf(composeRequest(key, recap, changes));

test('each warning has its cause, and an ordinary sign-in has no warning', (t) => {
  const network = (address: string, chain = 1): string =>
    `urn:tinycloud:encryption:did:pkh:eip155:${chain}:${address}:default`;
  const decrypt = 'tinycloud.encryption/decrypt';
  const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
    [about(kv), []],
    [warningsOf('hello'), ['plain-text']],
    [warningsOf('0xff', 'raw'), ['unreadable-bytes']],
    [about(kv, { uri: 'https://app.example' }), ['not-a-session-key']],
    [about(kv, { uri: `${PEER}#other` }), ['not-a-session-key']],
    [about(kv, { expirationTime: iso(24 * HOUR_MS) }), []],
    [about(kv, { expirationTime: iso(24 * HOUR_MS + 1) }), ['long-lived']],
    [about(kv, { issuedAt: iso(-300_000) }), []],
    [about(kv, { issuedAt: iso(-300_001) }), ['odd-time']],
    [about(kv, { issuedAt: iso(300_001) }), ['odd-time']],
    [about(kv, { domain: 'xn--pple-43d.example' }), ['punycode-domain']],
    [about(kv, { domain: 'app.xn--pple-43d.example:5173' }), ['punycode-domain']],
    [about(kv, { domain: 'axn--b.example' }), []],
    [
      warningsOf(composeRequest(key, kv), 'personal_sign', 'app.example:5173'),
      ['domain-without-port'],
    ],
    [about(rightOver(`${own}/kv//`, 'tinycloud.kv/get')), ['void-grant']],
    [about(rightOver(`${own}/kv/`, 'tinycloud.kv/get')), ['void-grant']],
    [about(rightOver(`${own}/sql//x`, 'tinycloud.sql/read')), ['void-grant']],
    [about(rightOver(`${own}/kv/a//b`, 'tinycloud.kv/get')), []],
    [about(rightOver(`${own}/kv`, 'tinycloud.kv/teleport')), ['unknown-right']],
    [about(rightOver(`${spaceOf(OTHER, 'notes')}/kv`, 'tinycloud.kv/get')), ['foreign-space']],
    // Another chain means another owner.
    [
      about(rightOver(`${spaceOf(key.address, 'a', 10)}/kv`, 'tinycloud.kv/get')),
      ['foreign-space'],
    ],
    [about(rightOver(network(OTHER), decrypt)), ['foreign-space']],
    [about(rightOver(network(key.address, 10), decrypt)), ['foreign-space']],
    [about(rightOver(network(key.address), decrypt)), []],
    [about(rightOver('https://x.example', 'tinycloud.kv/get')), ['foreign-space', 'unknown-right']],
  ];
  for (const [found, expected] of rows) t.deepEqual(found, expected);
  const hosting = composeRequest(key, rightOver(`${own}/space`, 'tinycloud.space/host'));
  t.deepEqual(warningsOf(hosting.replace(/\nExpiration Time: [^\n]+/, '')), ['no-end']);
});

test('the own address outside the owner does not make a space an own one', (t) => {
  for (const path of [`:${key.address}:`, `x/:${key.address}:/y`]) {
    const resource = `${spaceOf(OTHER, 'notes')}/kv/${path}`;
    t.deepEqual(about(rightOver(resource, 'tinycloud.kv/get')), ['foreign-space']);
  }
  const both = createRecap([
    [`${own}/kv`, ['tinycloud.kv/get']],
    [`${spaceOf(OTHER, 'notes')}/kv`, ['tinycloud.kv/get']],
  ]);
  t.deepEqual(about(both), ['foreign-space']);
});

test('a statement cannot stand in for a member of the message', (t) => {
  const statement = `Expiration Time: never. Issued At: ${iso(0)} xn--a.example urn:recap:e30`;
  t.deepEqual(about(kv, { statement, expirationTime: iso(25 * HOUR_MS) }), ['long-lived']);
});

test('the text of the app in a statement is separated from the standard sentence', (t) => {
  const ownWords = 'I sell my house.';
  const of = (message: string) =>
    appStatementOf(parseSigningRequest(message, 'personal_sign').content);
  t.is(of(composeRequest(key, kv)), undefined);
  t.is(of(composeRequest(key, kv, { statement: ownWords })), ownWords);
  const plain = composeRequest(key, kv, { statement: ownWords }).replace(/\nResources:[^]*$/, '');
  t.true(of(plain)?.startsWith(`${ownWords} I further authorize`));
  t.is(of('hello'), undefined);
});
