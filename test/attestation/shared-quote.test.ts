/**
 * Documents whose quote several nonces share: accepted with their proof, and rejected without it.
 */
import { test } from '../test.js';
import { audit, NONCE, notPassed, statusOf } from './audit.js';
import { mintDocument, type MintedDocument } from './mint-document.js';

const OTHERS = Array.from({ length: 6 }, (_, at) => `0${at}`.repeat(32));

type Proof = { readonly index: number; readonly path: readonly string[] };
const proofOf = (document: MintedDocument): Proof => document['nonce_proof'] as Proof;

const verdictOf = (document: object, nonce?: string) =>
  audit(JSON.stringify(document), nonce === undefined ? {} : { nonce });

test('a document with a shared quote is accepted for its own nonce and for no other', async (t) => {
  const document = await mintDocument({ otherNonces: OTHERS });
  const report = verdictOf(document, NONCE);
  t.is(report.verdict, 'accepted', notPassed(report).join());
  t.is(statusOf(report, 'statement.nonce'), 'pass');
  t.deepEqual(notPassed(verdictOf(document, OTHERS[0])), ['statement.nonce']);
  t.is(statusOf(verdictOf(document), 'statement.nonce'), 'info');
});

test('a document whose proof is missing, changed or of another caller is rejected at the nonce', async (t) => {
  const document = await mintDocument({ otherNonces: OTHERS });
  const { nonce_proof: _removed, ...without } = document;
  const { index, path } = proofOf(document);
  const [first = '', ...rest] = path;
  const flipped = (first.startsWith('0') ? '1' : '0') + first.slice(1);
  for (const [what, forged] of [
    ['no proof', without],
    ['another place', { ...document, nonce_proof: { index: index + 1, path } }],
    ['a changed sibling', { ...document, nonce_proof: { index, path: [flipped, ...rest] } }],
    ['a shorter path', { ...document, nonce_proof: { index, path: rest } }],
    ['the nonce of another caller', { ...document, request_nonce: OTHERS[0] }],
    ['no nonce', { ...document, request_nonce: null }],
  ] as const) {
    t.true(notPassed(verdictOf(forged, NONCE)).includes('statement.nonce'), what);
    t.true(notPassed(verdictOf(forged)).includes('statement.nonce'), `${what}, captured`);
  }
});

test('a proof beside a nonce that is alone in its statement is a contradiction', async (t) => {
  const document = await mintDocument();
  const forged = { ...document, nonce_proof: { index: 0, path: [] } };
  t.deepEqual(notPassed(verdictOf(forged, NONCE)), ['document.consistent']);
});

test('a document carries the compose file once, and a repetition that differs is a contradiction', async (t) => {
  const document = await mintDocument();
  const tcb = document['tcb_info'] as object;
  t.false('app_compose' in tcb);
  const repeated = { ...document, tcb_info: { ...tcb, app_compose: document['app_compose'] } };
  t.is(verdictOf(repeated, NONCE).verdict, 'accepted');
  const forged = { ...document, tcb_info: { ...tcb, app_compose: '{}' } };
  t.deepEqual(notPassed(verdictOf(forged, NONCE)), ['document.consistent']);
});
