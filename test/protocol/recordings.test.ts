import { secp256k1 } from '@noble/curves/secp256k1';
import { test } from '../test.js';
import type { ErrorCode } from '../../src/errors.js';
import { decodeBase64url } from '../../src/protocol/base64url.js';
import { utf8 } from '../../src/protocol/bytes.js';
import {
  decodeDelegation,
  type EncodedDelegation,
  encodeDelegation,
} from '../../src/protocol/cacao.js';
import { cidOf } from '../../src/protocol/cid.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { verifyRecap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, parseSiweMessage } from '../../src/protocol/siwe-message.js';
import { encodeInvocation, verifyInvocation } from '../../src/protocol/ucan.js';
import { codeOf } from './code-of.js';
import {
  type RecordedRequest,
  recordedRequests,
  SESSION_KEYS,
  WALLET_KEYS,
} from './recorded-requests.js';

const requests = recordedRequests();

/** Headers that the strict readers refuse: damaged on purpose, or in a form that the node tolerates. */
const REFUSED_HEADERS: Readonly<Record<string, ErrorCode>> = {
  // the node answers 200 or 404 to these
  'authorization-negatives/issuer-without-fragment': 'ERR_UCAN_INVALID',
  'decoding-negatives/cbor-key-order-is-free': 'ERR_CACAO_INVALID',
  'decoding-negatives/jwt-without-jwk': 'ERR_UCAN_INVALID',
  'decoding-negatives/payload-with-whitespace': 'ERR_UCAN_INVALID',
  'sessions/any-domain-short-nonce-scheme': 'ERR_CACAO_INVALID',
  // and 401 to these
  'authorization-negatives/signed-by-another-key': 'ERR_UCAN_INVALID',
  'decoding-negatives/cacao-signature-64-bytes': 'ERR_CACAO_INVALID',
  'decoding-negatives/cbor-trailing-byte': 'ERR_CACAO_INVALID',
  'decoding-negatives/header-bearer': 'ERR_CACAO_INVALID',
  'decoding-negatives/header-unpadded': 'ERR_CACAO_INVALID',
  'decoding-negatives/jwt-bearer': 'ERR_UCAN_INVALID',
  'decoding-negatives/jwt-garbage': 'ERR_UCAN_INVALID',
  'decoding-negatives/jwt-no-typ': 'ERR_UCAN_INVALID',
  'decoding-negatives/jwt-other-ucv': 'ERR_UCAN_INVALID',
  'decoding-negatives/payload-no-aud': 'ERR_UCAN_INVALID',
  'decoding-negatives/payload-no-exp': 'ERR_UCAN_INVALID',
  'decoding-negatives/siwe-uri': 'ERR_CACAO_INVALID',
};

/** Delegations whose signature is wrong on purpose; the rest of them is well formed. */
const WRONG_SIGNATURES: readonly string[] = [
  'authorization-negatives/siwe-wrong-signer',
  'decoding-negatives/cacao-signature-zero',
];

/** Delegations that are well formed and whose capabilities are none, or not what the statement says. */
const REFUSED_RECAPS: Readonly<Record<string, ErrorCode>> = {
  // the node takes the last resource for the only one, and no capabilities for an empty delegation
  'sessions/no-recap': 'ERR_RECAP_INVALID',
  'sessions/recap-not-last': 'ERR_RECAP_INVALID',
  // and answers 401 to these
  'decoding-negatives/recap-caveat': 'ERR_RECAP_INVALID',
  'decoding-negatives/recap-illegal-uri': 'ERR_RECAP_INVALID',
  'decoding-negatives/recap-not-base64': 'ERR_RECAP_INVALID',
  'decoding-negatives/statement-differs': 'ERR_RECAP_STATEMENT',
  'decoding-negatives/statement-missing': 'ERR_RECAP_STATEMENT',
};

const isInvocation = ({ authorization }: RecordedRequest): boolean => authorization.includes('.');
const read = ({ authorization: text }: RecordedRequest): unknown =>
  text.includes('.') ? verifyInvocation(text) : decodeDelegation(text);

const readable = requests.filter(({ name }) => !(name in REFUSED_HEADERS));
const invocations = readable.filter(isInvocation);
const delegations = readable.filter((request) => !isInvocation(request));

/** The delegation of a header, signed anew by the wallet that it names. */
function delegationAgain(header: string): EncodedDelegation {
  const { message } = decodeDelegation(header);
  const key = WALLET_KEYS.get(message.address);
  if (key === undefined) throw new TypeError('not a wallet of the recordings');
  const signature = secp256k1.sign(personalMessageDigest(utf8(encodeSiweMessage(message))), key);
  const bytes = Uint8Array.of(...signature.toCompactRawBytes(), 27 + signature.recovery);
  return encodeDelegation({ message, signature: bytes });
}

/** The token of an invocation, signed anew by the session key that it names. */
function tokenAgain(token: string): string {
  const { invocation, issuer } = verifyInvocation(token);
  const key = SESSION_KEYS.get(issuer);
  if (key === undefined) throw new TypeError('not a session key of the recordings');
  return encodeInvocation(invocation, key).token;
}

/** Names with the code by which a call refuses them. */
function refusals(
  from: readonly RecordedRequest[],
  call: (request: RecordedRequest) => unknown,
): Record<string, ErrorCode> {
  const refused: Record<string, ErrorCode> = {};
  for (const request of from) {
    const code = codeOf(() => call(request));
    if (code !== undefined) refused[request.name] = code;
  }
  return refused;
}

test('the recordings hold the requests that these tests are about', (t) => {
  t.is(requests.length, 281);
  t.is(invocations.length, 189);
  t.is(delegations.length, 75);
});

test('the headers that are refused are exactly those made to be', (t) => {
  t.deepEqual(refusals(requests, read), REFUSED_HEADERS);
});

test('every invocation comes out byte for byte when it is signed again', (t) => {
  for (const { authorization, name } of invocations)
    t.is(tokenAgain(authorization), authorization, name);
});

test('every delegation comes out byte for byte when it is signed again', (t) => {
  const differing = delegations.filter(
    ({ authorization }) => delegationAgain(authorization).header !== authorization,
  );
  t.deepEqual(
    differing.map(({ name }) => name),
    WRONG_SIGNATURES,
  );
});

test('the node names a delegation as we do', (t) => {
  const accepted = delegations.filter(({ path, status }) => path === '/delegate' && status === 200);
  t.is(accepted.length, 61);
  for (const { authorization, bodyText, name } of accepted) {
    const { cid } = JSON.parse(bodyText) as { cid: string };
    t.is(encodeDelegation(decodeDelegation(authorization)).cid, cid, name);
  }
});

test('every proof of an accepted invocation is a delegation of the recordings', (t) => {
  const known = new Set(
    delegations.map(({ authorization }) => cidOf(decodeBase64url(authorization, 'required'))),
  );
  for (const { authorization, name, status } of invocations) {
    const { proofs } = verifyInvocation(authorization).invocation;
    t.true(status !== 200 || proofs.every((proof) => known.has(proof)), name);
  }
});

test('every request is read from its text as it is read from its delegation', (t) => {
  for (const { authorization, name } of delegations) {
    const { message } = decodeDelegation(authorization);
    t.deepEqual(parseSiweMessage(encodeSiweMessage(message)), message, name);
  }
});

test('the capabilities that are refused are exactly those made to be', (t) => {
  const verify = ({ authorization }: RecordedRequest): unknown =>
    verifyRecap(decodeDelegation(authorization).message);
  t.deepEqual(refusals(delegations, verify), REFUSED_RECAPS);
});

test('statement and resource of every request follow from its capabilities', (t) => {
  for (const { authorization, name } of delegations.filter(
    (request) => !(request.name in REFUSED_RECAPS),
  )) {
    const { message } = decodeDelegation(authorization);
    const { resources, statement, ...rest } = message;
    t.deepEqual(withRecap(rest, verifyRecap(message)), message, name);
    t.is(resources?.length, 1);
    t.true(statement?.startsWith('I further authorize'));
  }
});
