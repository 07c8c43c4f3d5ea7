/** Tests the evidence that a service publishes, as an auditor requests it. */
import { createHash } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1';
import { test } from '../test.js';
import { judgeNonce } from '../../attestation/binding/statement-checks.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { Findings } from '../../attestation/report.js';
import { documentSchema, type AttestationDocument } from '../../attestation/schema/document.js';
import { parseStatement, statementHashOf } from '../../attestation/schema/statement.js';
import { until } from '../until.js';
import { createWorld, type World } from './world.js';

const NONCE = 'ab'.repeat(32);

/** What the verifier says of the nonce of a document. */
function nonceVerdict(document: AttestationDocument, asked?: string): string | undefined {
  const findings = new Findings();
  judgeNonce(findings, parseStatement(document.statement), document, asked);
  return findings.statusOf('statement.nonce');
}

async function documentOf(world: World, path: string): Promise<AttestationDocument> {
  const { status, body } = await world.call('GET', path);
  if (status !== 200) throw new Error(`${status} ${String(body['code'])}`);
  return documentSchema.parse(body);
}

test('the document covers the nonce, and its quote covers its statement', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const query of [`nonce=${NONCE}`, `reportData=${NONCE}`]) {
    const document = await documentOf(world, `/attestation?${query}`);
    const statement = parseStatement(document.statement);
    t.is(statement.nonce, NONCE);
    t.is(document.request_nonce, NONCE);
    const { reportData } = parseQuote(new Uint8Array(Buffer.from(document.quote, 'hex'))).report;
    const digest = createHash('sha512').update(document.statement).digest('hex');
    t.is(Buffer.from(reportData).toString('hex'), digest);
    t.is(document.mode, 'simulated');
  }
});

test('evidence is compressed for those who accept it, and the same for all others', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const ask = async (encoding: string) => {
    const headers = { 'accept-encoding': encoding };
    const reply = await fetch(`${world.url}/attestation`, { headers });
    t.is(reply.headers.get('vary'), 'Accept-Encoding');
    t.is(reply.headers.get('content-type'), 'application/json; charset=utf-8');
    t.regex(reply.headers.get('content-length') ?? '', /^[1-9][0-9]+$/);
    return { encoding: reply.headers.get('content-encoding'), text: await reply.text() };
  };
  const packed = await ask('gzip');
  const plain = await ask('identity');
  t.deepEqual([packed.encoding, plain.encoding], ['gzip', null]);
  t.is(packed.text, plain.text);
});

test('the identity key proves possession over the report data', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const {
    proof_of_possession: proof,
    report_data: reportData,
    signing_public_key: key,
  } = await documentOf(world, `/attestation?nonce=${NONCE}`);
  const message = Buffer.concat([
    Buffer.from('sealwright.pop.v1\0'),
    Buffer.from(reportData, 'hex'),
  ]);
  const digest = createHash('sha256').update(message).digest('hex');
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
  t.true(secp256k1.verify(bytes(proof.signature), bytes(digest), bytes(key), { lowS: true }));
});

test('without a nonce the response is the document of this start, which is kept across restarts', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const first = await documentOf(world, '/attestation');
  t.is(first.request_nonce, null);
  t.deepEqual(await documentOf(world, '/attestation'), first);
  const name = statementHashOf(first.statement);
  await world.stop();
  await world.start();
  const second = await documentOf(world, '/attestation');
  t.not(second.statement, first.statement);
  t.deepEqual(await documentOf(world, `/attestation/${name}`), first);
  const [before, after] = [parseStatement(first.statement), parseStatement(second.statement)];
  t.is(after.state.genesis_id, before.state.genesis_id);
  t.is(after.state.generation, before.state.generation + 1);
  t.not(after.keys[1].public_key, before.keys[1].public_key);
  t.is(after.keys[0].public_key, before.keys[0].public_key);
});

const BAD_QUERIES = [
  'nonce=',
  `nonce=${NONCE.slice(2)}`,
  `nonce=${NONCE}00`,
  `nonce=${NONCE.toUpperCase()}`,
  `nonce=0x${NONCE.slice(2)}`,
  `nonce=${NONCE}&nonce=${NONCE}`,
  `nonce=${NONCE}&reportData=${NONCE}`,
  `reportData=${'00'.repeat(64)}`,
];
test('a nonce of another length or case, a repeated one, or one under both names is refused with a code', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const query of BAD_QUERIES) {
    const { status, body } = await world.call('GET', `/attestation?${query}`);
    t.is(status, 400, query);
    t.is(body['code'], 'ERR_NONCE_INVALID', query);
  }
  for (const query of [`nonc=${NONCE}`, `nonce=${NONCE}&x=1`, `Nonce=${NONCE}`, 'nonce[]=1']) {
    const unknown = await world.call('GET', `/attestation?${query}`);
    t.is(unknown.status, 400, query);
    t.is(unknown.body['code'], 'ERR_REQUEST_INVALID', query);
  }
});

test('an unknown or missing name is not found', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  for (const name of ['00'.repeat(64), 'x', '..%2fmarker']) {
    const { status, body } = await world.call('GET', `/attestation/${name}`);
    t.is(status, 404);
    t.is(body['code'], 'ERR_ATTESTATION_NOT_FOUND');
  }
});

test('each of 200 simultaneous callers receives a document that the verifier accepts for its nonce and for no other', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const quotes = (): number =>
    world.agent.requests.filter(({ method }) => method === 'GetQuote').length;
  const before = quotes();
  const nonces = Array.from({ length: 200 }, (_, at) =>
    createHash('sha256').update(String(at)).digest('hex'),
  );
  const documents = await Promise.all(
    nonces.map((nonce) => documentOf(world, `/attestation?nonce=${nonce}`)),
  );
  t.true(quotes() - before < 100, 'callers share quotes');
  for (const [at, document] of documents.entries()) {
    t.is(document.request_nonce, nonces[at] ?? '');
    t.is(nonceVerdict(document, nonces[at]), 'pass');
    t.is(nonceVerdict(document, nonces[(at + 1) % 200]), 'fail');
  }
});

// As in the publisher: two quotes at once.
const AT_ONCE = 2;

test('while the enclave does not respond, callers wait and are served afterwards', async (t) => {
  // The enclave does not respond until the test allows it, however long that takes.
  const world = await createWorld({ tuning: { enclaveDeadlineMs: 600_000 } });
  t.teardown(() => world.close());
  const quotes = (): number =>
    world.agent.requests.filter(({ method }) => method === 'GetQuote').length;
  const before = quotes();
  world.agent.setFault('hang', 'GetQuote');
  const ask = (at: number) =>
    world.call('GET', `/attestation?nonce=${at.toString(16).padStart(64, '0')}`);
  const hanging = Array.from({ length: AT_ONCE }, (_, at) => ask(at));
  await until('as many quotes hang as are made at once', () => quotes() - before === AT_ONCE);
  const waiting = Array.from({ length: 100 }, (_, at) => ask(AT_ONCE + at));
  t.is((await world.call('GET', '/healthz')).status, 200);
  t.is(quotes() - before, AT_ONCE);
  world.agent.setFault();
  for (const { body } of await Promise.all(hanging)) {
    t.is(body['code'], 'ERR_ENCLAVE_UNAVAILABLE');
  }
  t.true((await Promise.all(waiting)).every(({ status }) => status === 200));
});
