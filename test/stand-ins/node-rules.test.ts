/** Tests rules of the node that the recordings do not show, or show only once. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { createNodeClient, type NodeAnswer, type NodeClient } from './node-client.js';
import { createOwner, type Attenuation, type Owner } from './owner.js';

type Setting = { client: NodeClient; owner: Owner; space: string };

const nowS = (): number => Math.floor(Date.now() / 1000);
const UNKNOWN_CID = 'bafkr4ieaoazaifjzvrtg55vatp2oicutxut5gc5gkwtkm2hkp4mwnmqgmy';

async function setUp(t: ExecutionContext): Promise<Setting> {
  const node = await startNode();
  t.teardown(() => node.close());
  const client = createNodeClient(node.url);
  const owner = createOwner(1);
  await client.host(owner, 'account', 'public');
  return { client, owner, space: owner.spaceId('account') };
}

function isAnswer(t: ExecutionContext, answer: NodeAnswer, status: number, text: string): void {
  t.is(`${answer.status} ${answer.text}`, `${status} ${text}`);
}

type KvCase = {
  readonly abilities: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

const PUT = ['tinycloud.kv/put'];
const GET = ['tinycloud.kv/get'];
const LIST = ['tinycloud.kv/list'];
const HEADER_REFUSALS: readonly KvCase[] = [
  {
    abilities: GET,
    headers: { 'x-tinycloud-max-response-bytes': '0' },
    text: 'x-tinycloud-max-response-bytes must be a positive integer',
  },
  {
    abilities: LIST,
    headers: { 'x-tinycloud-limit': 'ten' },
    text: 'x-tinycloud-limit must be a positive integer',
  },
  {
    abilities: PUT,
    headers: { 'if-match': 'W/"x"' },
    text: 'If-Match must be a strong TinyCloud ETag: "blake3-<64 hex characters>"',
  },
  {
    abilities: PUT,
    headers: { 'if-match': '"blake3-ab"' },
    text: 'If-Match must contain a 32-byte BLAKE3 digest',
  },
  {
    abilities: PUT,
    headers: { 'if-match': `"blake3-${'z'.repeat(64)}"` },
    text: 'If-Match BLAKE3 digest must be hexadecimal',
  },
  {
    abilities: GET,
    headers: { 'if-match': `"blake3-${'a'.repeat(64)}"` },
    text: 'If-Match requires exactly one non-multipart KV put or delete',
  },
  {
    abilities: PUT,
    headers: { 'x-tinycloud-expected-version': '1' },
    text: 'x-tinycloud-expected-version is not a production precondition; use If-Match',
  },
  {
    abilities: ['tinycloud.kv/metadata'],
    headers: { 'if-none-match': '"x"' },
    text: 'If-None-Match only supports * for KV create',
  },
  {
    abilities: PUT,
    headers: { 'content-type': 'multipart/form-data' },
    text: 'multipart boundary not found in Content-Type',
  },
  {
    abilities: PUT,
    headers: { 'content-type': 'Multipart/Form-Data; boundary=b' },
    text: 'incomplete multipart stream',
  },
];

test('headers that a KV request must not have are refused before the token is spent', async (t) => {
  const { client, owner, space } = await setUp(t);
  for (const { abilities, headers, text } of HEADER_REFUSALS) {
    const token = owner.token({ [`${space}/kv/a`]: abilities });
    isAnswer(t, await client.post('/invoke', token, 'x', headers), 400, text);
    t.not((await client.post('/invoke', token, 'x')).status, 409, text);
  }
});

test('a multipart put accepts each signed key once and no others', async (t) => {
  const { client, owner, space } = await setUp(t);
  const headers = { 'content-type': 'multipart/form-data; boundary="b"' };
  const part = (name: string): string =>
    `--b\r\nContent-Disposition: form-data${name}\r\n\r\nx\r\n`;
  const put = (body: string): Promise<NodeAnswer> =>
    client.invoke(owner, { [`${space}/kv/a%20b`]: PUT }, body, headers);
  const named = part('; name="a%2520b"');
  isAnswer(t, await put(`${named}--b--\r\n`), 200, '{"written":["a%20b"],"count":1}');
  isAnswer(
    t,
    await put(`${named}${named}--b--\r\n`),
    400,
    'Duplicate multipart KV part for path a%20b',
  );
  isAnswer(t, await put(`${part('')}--b--`), 400, 'Multipart KV part is missing a field name');
});

test('a list cursor is valid for its page only, and page two repeats page one', async (t) => {
  const { client, owner, space } = await setUp(t);
  await client.put(owner, 'account', 'a', 'x');
  await client.put(owner, 'account', 'b', 'x');
  const list = (headers: Record<string, string>): Promise<NodeAnswer> =>
    client.invoke(owner, { [`${space}/kv/`]: LIST }, undefined, headers);
  const first = await list({ 'x-tinycloud-limit': '1' });
  const cursor = first.headers.get('x-tinycloud-next-cursor') ?? '';
  t.is(first.text, '["a"]');
  const again = { 'x-tinycloud-limit': '1', 'x-tinycloud-cursor': cursor };
  isAnswer(t, await list(again), 200, '["a"]');
  const other = { ...again, 'x-tinycloud-limit': '2' };
  isAnswer(t, await list(other), 400, 'Invalid KV list cursor');
});

test('the public space has a separate limit, counted in blocks', async (t) => {
  const { client, owner } = await setUp(t);
  const limit = 10 * 1024 * 1024;
  await client.put(owner, 'public', 'one', 'x');
  isAnswer(
    t,
    await client.put(owner, 'public', 'big', 'x'.repeat(limit)),
    413,
    `Write exceeds remaining storage. Used: 1 bytes, Limit: ${limit} bytes`,
  );
  t.is((await client.put(owner, 'public', 'big', 'x'.repeat(limit - 1))).status, 200);
  isAnswer(
    t,
    await client.put(owner, 'public', 'none', ''),
    402,
    `Storage quota exceeded. Used: ${limit} bytes, Limit: ${limit} bytes`,
  );
});

test('public reads are limited to eleven at once per address', async (t) => {
  const { client, owner } = await setUp(t);
  await client.put(owner, 'public', 'a/b', 'v');
  const path = `/public/${encodeURIComponent(owner.spaceId('public'))}/kv/a//b/`;
  const read = (): Promise<NodeAnswer> =>
    client.send(path, { headers: { 'x-real-ip': '10.0.0.9' } });
  const statuses: number[] = [];
  for (let left = 12; left > 0; left -= 1) statuses.push((await read()).status);
  t.deepEqual(statuses, [...Array.from({ length: 11 }, () => 200), 429]);
});

const PERMISSIONS: readonly (readonly [
  sql: string,
  abilities: string,
  status: number,
  text: string,
])[] = [
  ['', 'read', 400, 'Parse error: Empty SQL statement'],
  [
    'EXPLAIN SELECT 1',
    'admin',
    403,
    'Permission denied: Statement type not allowed: EXPLAIN SELECT 1',
  ],
  ['COMMIT', 'admin', 403, 'Permission denied: Statement type not allowed: COMMIT'],
  ['DELETE FROM t', 'read', 403, 'Read-only violation'],
  ['DELETE FROM t', 'schema', 403, 'Permission denied: Schema ability only permits DDL operations'],
  [
    'PRAGMA table_info(t)',
    'write admin',
    403,
    'Permission denied: PRAGMA operations require admin ability',
  ],
  [
    'SELECT zz FROM t',
    'read',
    400,
    'SQLite error: no such column: zz in SELECT zz FROM t at offset 7',
  ],
  [
    'SELECT ?',
    'read',
    400,
    'SQLite error: Wrong number of parameters passed to query. Got 0, needed 1',
  ],
  ['WITH x AS (SELECT 1) INSERT INTO t SELECT 1', 'read', 400, 'SQLite error: not authorized'],
  [
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r LIMIT 1',
    'admin',
    400,
    'SQLite error: not authorized',
  ],
  ['CREATE TABLE c AS SELECT count(*) FROM t', 'schema', 400, 'SQLite error: not authorized'],
];

test('SQL statements are refused by their class and the abilities of the token', async (t) => {
  const { client, owner } = await setUp(t);
  await client.sql(owner, 'account', { action: 'execute', sql: 'CREATE TABLE t (a)' });
  for (const [sql, abilities, status, text] of PERMISSIONS) {
    const full = abilities.split(' ').map((name) => `tinycloud.sql/${name}`);
    isAnswer(t, await client.sql(owner, 'account', { action: 'query', sql }, full), status, text);
  }
});

const UNPARSABLE = [
  'CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END',
  'VACUUM',
  'REINDEX',
  'DETACH x',
  'ANALYZE',
  'EXPLAIN QUERY PLAN SELECT 1',
  'SELECT FROM',
  "SELECT 'open",
];

test('statements that the parser of the node does not accept are parse errors', async (t) => {
  const { client, owner } = await setUp(t);
  for (const sql of UNPARSABLE) {
    const answer = await client.sql(owner, 'account', { action: 'query', sql });
    t.is(answer.status, 400, sql);
    t.regex(answer.text, /^Parse error: sql parser error: Expected /, sql);
  }
});

test('SQL keeps 64-bit integers, distinguishes reals from integers, and returns bytes as arrays', async (t) => {
  const { client, owner, space } = await setUp(t);
  const body =
    '{"action":"query","sql":"SELECT ? AS a, ? AS b, 9e999 AS c, x\'01ff\' AS d","params":[9007199254740993,3.0]}';
  const answer = await client.invoke(owner, { [`${space}/sql/db`]: ['tinycloud.sql/read'] }, body);
  t.is(
    answer.text,
    '{"columns":["a","b","c","d"],"rowCount":1,"rows":[[9007199254740993,3.0,null,[1,255]]]}',
  );
});

test('a SQL right without a path may stand beside one that names a database, and two databases may not', async (t) => {
  const { client, owner, space } = await setUp(t);
  await client.sql(owner, 'account', { action: 'execute', sql: 'CREATE TABLE t (a)' });
  const read = ['tinycloud.sql/read'];
  const query = '{"action":"query","sql":"SELECT a FROM t"}';
  for (const paths of [
    ['/sql', '/sql/db'],
    ['/sql/db', '/sql'],
  ]) {
    const att = Object.fromEntries(paths.map((path) => [space + path, read]));
    t.is((await client.invoke(owner, att, query)).status, 200, paths.join());
  }
  const both = { [`${space}/sql/db`]: read, [`${space}/sql/other`]: read };
  const refused = 'Ambiguous sql capabilities span multiple database paths';
  isAnswer(t, await client.invoke(owner, both, query), 400, refused);
});

test('a delegation query with a bad cursor is refused as the real node refuses it', async (t) => {
  const { client, owner, space } = await setUp(t);
  const token = owner.token({ [`${space}/kv/a`]: GET });
  const headers = { 'content-type': 'application/json' };
  const answer = await client.post('/delegation/query', token, '{"cursor":"x"}', headers);
  isAnswer(t, answer, 400, 'Invalid delegation query: invalid delegation query cursor');
});

test('a SQL body is cut at a million bytes', async (t) => {
  const { client, owner, space } = await setUp(t);
  const body = `{"action":"export","filler":"${'x'.repeat(1_000_000)}"}`;
  const att = { [`${space}/sql/db`]: ['tinycloud.sql/read'] };
  isAnswer(
    t,
    await client.invoke(owner, att, body),
    400,
    'EOF while parsing a string at line 1 column 1000000',
  );
});

type ChainSetting = Setting & {
  reader: Owner;
  granted: (att: Attenuation, extra?: object) => Promise<string>;
};

/** Creates an owner that delegates rights to a reader, who may delegate them again. */
async function setUpChain(t: ExecutionContext): Promise<ChainSetting> {
  const setting = await setUp(t);
  const reader = createOwner(2);
  const granted: ChainSetting['granted'] = async (att, extra = {}) => {
    const token = setting.owner.token(att, { aud: reader.did, exp: nowS() + 1000, ...extra });
    const { cid }: { cid: string } = JSON.parse(
      (await setting.client.post('/delegate', token)).text,
    );
    return cid;
  };
  return { ...setting, reader, granted };
}

test('a delegation cannot outlast, precede, widen or loosen its parent', async (t) => {
  const { client, space, reader, granted } = await setUpChain(t);
  const third = createOwner(3);
  const key = `${space}/kv/x/`;
  const plain = await granted({ [key]: GET });
  const later = await granted({ [key]: GET }, { nbf: nowS() - 10 });
  const caveat = await granted({ [key]: { 'tinycloud.kv/get': [{ only: 1 }] } });
  const terminal = await granted(
    { [key]: GET },
    { fct: [{ 'xyz.tinycloud.policy/delegationMode': 'terminal' }] },
  );
  const pass = (proof: string, att: Attenuation = { [key]: GET }, exp = 100): Promise<NodeAnswer> =>
    client.post(
      '/delegate',
      reader.token(att, { aud: third.did, prf: [proof], exp: nowS() + exp }),
    );
  t.is((await pass(plain)).status, 200);
  isAnswer(
    t,
    await pass(plain, { [key]: GET }, 2000),
    401,
    'Child delegation expiry exceeds parent expiry',
  );
  isAnswer(t, await pass(later), 401, 'Child delegation not_before precedes parent not_before');
  isAnswer(
    t,
    await pass(plain, { [key]: PUT }),
    401,
    `Unauthorized Capability: ${key}, tinycloud.kv/put`,
  );
  t.regex((await pass(caveat)).text, /^child-caveats-not-subset-of-parent/);
  isAnswer(t, await pass(terminal), 401, 'terminal-parent-cannot-redelegate');
  isAnswer(t, await pass(UNKNOWN_CID), 401, 'Cannot find parent delegation');
});

test('revoking a delegation ends it and all its descendants', async (t) => {
  const { client, owner, space, reader, granted } = await setUpChain(t);
  const third = createOwner(3);
  const att = { [`${space}/kv/x/`]: GET };
  const parent = await granted(att);
  const passed = await client.post(
    '/delegate',
    reader.token(att, { aud: third.did, prf: [parent], exp: nowS() + 100 }),
  );
  const { cid: child }: { cid: string } = JSON.parse(passed.text);
  const revoke = (who: Owner, cid: string): Promise<NodeAnswer> =>
    client.post('/revoke', who.token({ [`urn:cid:${cid}`]: ['tinycloud.delegation/revoke'] }));
  isAnswer(t, await revoke(owner, UNKNOWN_CID), 403, 'Cannot find parent delegation');
  isAnswer(t, await revoke(createOwner(9), parent), 403, 'Unauthorized Revoker');
  isAnswer(t, await revoke(owner, parent), 200, `{"revoked":true,"cid":"${parent}"}`);
  isAnswer(t, await revoke(owner, parent), 200, `{"revoked":true,"cid":"${parent}"}`);
  const use = (who: Owner, cid: string): Promise<NodeAnswer> =>
    client.post('/invoke', who.token(att, { prf: [cid] }));
  isAnswer(t, await use(reader, parent), 401, `delegation-revoked: ${parent}`);
  isAnswer(
    t,
    await use(third, child),
    401,
    `delegation-ancestor-revoked: ancestor=${parent} invoked=${child}`,
  );
});

test('citing a missing delegation as the owner returns the database error of the node', async (t) => {
  const { client, owner, space } = await setUp(t);
  const token = owner.token({ [`${space}/kv/a`]: GET }, { prf: [UNKNOWN_CID] });
  const answer = await client.post('/invoke', token);
  t.is(answer.status, 500);
  t.regex(answer.text, /FOREIGN KEY constraint failed$/);
});

test('JSON routes refuse bodies over one mebibyte and bodies that are not JSON', async (t) => {
  const { client, owner } = await setUp(t);
  const post = (body: string): Promise<NodeAnswer> =>
    client.post('/delegation/status', owner.token({}), body, {
      'content-type': 'application/json',
    });
  t.is((await post('{')).status, 400);
  t.is((await post('"x"')).status, 422);
  t.is((await post(`"${'x'.repeat(1024 * 1024)}"`)).status, 413);
});

test('space ids are parsed as URIs with a DID inside', async (t) => {
  const { client } = await setUp(t);
  const address = '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf';
  const peer = (id: string): Promise<NodeAnswer> =>
    client.send(`/peer/generate/${encodeURIComponent(id)}`);
  const canonical = await peer(`tinycloud:pkh:eip155:1:${address}:a`);
  t.is((await peer(`tinycloud:pkh:eip155:01:${address}:a`)).text, canonical.text);
  t.is((await peer('tinycloud:ens:example.eth:x')).status, 200);
  for (const id of [
    `tinycloud:pkh:eip155:0:${address}:a`,
    'tinycloud:pkh:eip155:1:0x7e5f:a',
    'TinyCloud:key:z:a',
    'tinycloud:key:z:',
    'tinycloud:key:z',
    'tinycloud:key:z:a%41',
    'tinycloud:key:z:a?q',
    'tinycloud://key/z',
  ]) {
    isAnswer(t, await peer(id), 400, 'Invalid space ID');
  }
});
