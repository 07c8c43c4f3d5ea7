/**
 * Tests that a receipt verifies offline against a captured document, and that nothing else is
 * accepted as one.
 */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from '../test.js';
import canonicalize from 'canonicalize';
import { Findings } from '../../attestation/report.js';
import { judgeReceipt } from '../../attestation/receipt/receipt-checks.js';
import type { Receipt } from '../../attestation/schema/receipt.js';
import { parseStatement } from '../../attestation/schema/statement.js';
import { createWorld, type Person, type World } from '../scenarios/world.js';

type Boot = {
  readonly statementText: string;
  readonly statement: ReturnType<typeof parseStatement>;
};

async function receiptOf(world: World, person: Person): Promise<string> {
  const { body } = await world.call('GET', `/api/keys/${person.keyId}/bootstrap/receipt`, {
    token: person.token,
  });
  return String(body['receipt']);
}

async function bootOf(world: World, query = ''): Promise<Boot> {
  const { body } = await world.call('GET', `/attestation${query}`);
  const statementText = String(body['statement']);
  return { statementText, statement: parseStatement(statementText) };
}

/** Returns the verdicts of the three checks. */
function verdicts(receipt: string, boot: Boot): readonly string[] {
  const findings = new Findings();
  judgeReceipt(findings, receipt, boot);
  return (['receipt.signature', 'receipt.key-attested', 'receipt.plan'] as const).map(
    (id) => findings.statusOf(id) ?? 'skip',
  );
}

async function provisioned(world: World): Promise<{ person: Person; receipt: string; boot: Boot }> {
  const person = await world.person();
  await world.sign(person);
  await world.untilComplete(person);
  return { person, receipt: await receiptOf(world, person), boot: await bootOf(world) };
}

const PASS = ['pass', 'pass', 'pass'];

test('the receipt of a complete bootstrap verifies against the document of the boot and against one over a nonce', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const { person, receipt, boot } = await provisioned(world);
  t.deepEqual(verdicts(receipt, boot), PASS);
  t.deepEqual(verdicts(receipt, await bootOf(world, `?nonce=${'0a'.repeat(32)}`)), PASS);
  const claims = claimsOf(receipt);
  t.is(claims.address, person.address);
  t.is(claims.signed.length, 10);
  t.is(claims.written.length, 9);
});

test('there is no receipt before the account is set up, and it survives a restart', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const idle = await world.person();
  const { body } = await world.call('GET', `/api/keys/${idle.keyId}/bootstrap/receipt`, {
    token: idle.token,
  });
  t.is(body['code'], 'ERR_RECEIPT_NOT_FOUND');
  const { person, receipt, boot } = await provisioned(world);
  await world.stop();
  await world.start();
  t.is(await receiptOf(world, person), receipt);
  t.deepEqual(verdicts(receipt, await bootOf(world)), ['pass', 'fail', 'pass']);
  const archived = await bootOf(world, `/${claimsOf(receipt).boot_statement}`);
  t.is(archived.statementText, boot.statementText);
  t.deepEqual(verdicts(receipt, archived), PASS);
});

test('a failed and resumed run has one receipt that states it', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const isHost = (record: { readonly abilities: readonly string[] }): boolean =>
    record.abilities.includes('tinycloud.space/host');
  world.node.addFault({ matches: isHost, kind: 'status-500', count: 40 });
  const person = await world.person();
  await world.sign(person);
  await world.untilComplete(person);
  const receipt = await receiptOf(world, person);
  t.deepEqual(verdicts(receipt, await bootOf(world)), PASS);
  t.true(claimsOf(receipt).attempts > 1);
});

function claimsOf(receipt: string): Receipt {
  const [, payload = ''] = receipt.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Receipt;
}

/** Signs changed claims with our own key, as a dishonest boot could. */
function resigned(receipt: string, boot: Boot, change: (claims: Receipt) => Receipt) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
  const encode = (value: object): string =>
    Buffer.from(canonicalize(value) ?? '').toString('base64url');
  const signed = `${encode({ alg: 'EdDSA', kid, typ: 'sealwright-receipt+jwt' })}.${encode(change(claimsOf(receipt)))}`;
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const [identity, receipts] = boot.statement.keys;
  const statement = { ...boot.statement, keys: [identity, { ...receipts, public_key: kid }] };
  return {
    receipt: `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`,
    boot: { ...boot, statement: statement as Boot['statement'] },
  };
}

test('a receipt with a changed byte, of another boot or with an exchanged request fails at its check', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const first = await provisioned(world);
  const second = await provisioned(world);
  const { receipt, boot } = first;
  const other = claimsOf(second.receipt);

  for (let at = 0; at < receipt.length; at += 97) {
    const flipped = receipt[at] === 'A' ? 'B' : 'A';
    const changed = `${receipt.slice(0, at)}${flipped}${receipt.slice(at + 1)}`;
    t.is(verdicts(changed, boot)[0], 'fail', `character ${at}`);
  }
  const same = resigned(receipt, boot, (claims) => claims);
  t.deepEqual(verdicts(same.receipt, same.boot), PASS);
  t.deepEqual(verdicts(same.receipt, boot), ['pass', 'fail', 'pass']);

  const [one, two, ...rest] = claimsOf(receipt).signed;
  const [foreign] = other.signed;
  if (one === undefined || two === undefined || foreign === undefined) throw new Error('too few');
  const dishonest: readonly (readonly [string, (claims: Receipt) => Receipt])[] = [
    ['another account', (claims) => ({ ...claims, address: other.address })],
    ['a request of another account', (claims) => ({ ...claims, signed: [foreign, two, ...rest] })],
    ['a request twice', (claims) => ({ ...claims, signed: [one, one, ...rest] })],
    ['a request missing', (claims) => ({ ...claims, signed: [two, ...rest] })],
    [
      'two texts exchanged',
      (claims) => ({
        ...claims,
        signed: [{ ...one, siwe: two.siwe }, { ...two, siwe: one.siwe }, ...rest],
      }),
    ],
    ['another id', (claims) => ({ ...claims, signed: [{ ...one, cid: two.cid }, two, ...rest] })],
    [
      'a wider capability',
      (claims) => ({
        ...claims,
        signed: [{ ...one, siwe: one.siwe.replace("'read'", "'admin', 'read'") }, two, ...rest],
      }),
    ],
    ['another network', (claims) => ({ ...claims, network: other.network })],
    [
      'another node',
      (claims) => ({ ...claims, node: { ...claims.node, origin: 'https://x.example' } }),
    ],
    ['another plan', (claims) => ({ ...claims, plan_version: 'tinycloud-account/2' })],
    ['something written elsewhere', (claims) => ({ ...claims, written: [...other.written] })],
    [
      'a run that ended before it began',
      (claims) => ({ ...claims, started_at: claims.completed_at }),
    ],
  ];
  for (const [what, change] of dishonest) {
    const forged = resigned(receipt, boot, change);
    t.deepEqual(verdicts(forged.receipt, forged.boot), ['pass', 'pass', 'fail'], what);
  }
  for (const text of ['', 'a.b.c', `${receipt}.x`, receipt.slice(0, -1), `${receipt}=`]) {
    t.is(verdicts(text, boot)[0], 'fail', text.slice(0, 20));
  }
});
