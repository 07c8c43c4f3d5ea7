/**
 * RC1: a schema was sent with `SELECT 1` as its carrier under `execute`. The node refuses
 * statements that return rows, so every bootstrap failed, silently, for weeks.
 */
import { test } from '../test.js';
import { accountStatements, secretsStatements } from '../../src/bootstrap/account-schema.js';
import { encodeInvocation } from '../../src/protocol/ucan.js';
import { encodeKeyDid } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';
import { encodeDelegation } from '../../src/protocol/cacao.js';
import { parseSiweMessage } from '../../src/protocol/siwe-message.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { createWorld } from '../scenarios/world.js';

test('RC1: the stand-in refuses a carrier that returns a row, in the words of a node', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const { siwe, sessionSeed } = composeAppSignIn(person.address, 'app.example', Date.now());
  const answer = await world.sign(person, siwe);
  const key = ed25519KeyOf(sessionSeed);
  const signature = new Uint8Array(Buffer.from(String(answer.body['signature']).slice(2), 'hex'));
  const delegation = encodeDelegation({ message: parseSiweMessage(siwe), signature });
  await fetch(`${world.node.url}/delegate`, {
    method: 'POST',
    headers: { authorization: delegation.header },
  });
  const { token } = encodeInvocation(
    {
      audience: encodeKeyDid(key.publicKey),
      expiresAtS: Math.floor(Date.now() / 1000) + 60,
      nonce: 'urn:uuid:00000000-0000-4000-8000-000000000001',
      proofs: [delegation.cid],
      attenuations: new Map([
        [
          `tinycloud:pkh:eip155:1:${person.address}:account/sql/account`,
          ['tinycloud.sql/schema', 'tinycloud.sql/write'],
        ],
      ]),
    },
    key,
  );
  const response = await fetch(`${world.node.url}/invoke`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify({
      action: 'execute',
      schema: ['CREATE TABLE IF NOT EXISTS x (a TEXT)'],
      sql: 'SELECT 1',
    }),
  });
  t.is(response.status, 400);
  t.is(
    await response.text(),
    'SQLite error: Execute returned results - did you mean to call query?',
  );
});

test('RC1: no statement of the plan can return a row', (t) => {
  const owner = { chainId: 1, address: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf' } as never;
  const at = new Date(0);
  for (const { sql } of [...accountStatements(owner, at), ...secretsStatements(at)]) {
    t.regex(sql, /^(?:CREATE TABLE|CREATE INDEX|INSERT INTO)/);
    t.notRegex(sql, /RETURNING|SELECT/i);
  }
});
