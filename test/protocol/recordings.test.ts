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

/**
 * Headers that the strict decoders reject: some are invalid on purpose, and the node tolerates
 * others.
 */
const REFUSED_HEADERS: Readonly<Record<string, ErrorCode>> = {
  // The node answers 200 or 404 to these.
  'authorization-negatives/issuer-without-fragment': 'ERR_UCAN_INVALID',
  'decoding-negatives/cbor-key-order-is-free': 'ERR_CACAO_INVALID',
  'decoding-negatives/jwt-without-jwk': 'ERR_UCAN_INVALID',
  'decoding-negatives/payload-with-whitespace': 'ERR_UCAN_INVALID',
  'sessions/any-domain-short-nonce-scheme': 'ERR_CACAO_INVALID',
  // The node answers 401 to these.
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

/** Delegations with an invalid signature that are otherwise well formed. */
const WRONG_SIGNATURES: readonly string[] = [
  'authorization-negatives/siwe-wrong-signer',
  'decoding-negatives/cacao-signature-zero',
];

/** Well-formed delegations whose capabilities are missing or differ from the statement. */
const REFUSED_RECAPS: Readonly<Record<string, ErrorCode>> = {
  // The node uses only the last resource, and treats missing capabilities as an empty delegation.
  'sessions/no-recap': 'ERR_RECAP_INVALID',
  'sessions/recap-not-last': 'ERR_RECAP_INVALID',
  // The node answers 401 to these.
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

/** Signs the delegation of a header again with its wallet. */
function delegationAgain(header: string): EncodedDelegation {
  const { message } = decodeDelegation(header);
  const key = WALLET_KEYS.get(message.address);
  if (key === undefined) throw new TypeError('not a wallet of the recordings');
  const signature = secp256k1.sign(personalMessageDigest(utf8(encodeSiweMessage(message))), key);
  const bytes = Uint8Array.of(...signature.toCompactRawBytes(), 27 + signature.recovery);
  return encodeDelegation({ message, signature: bytes });
}

/** Signs the token of an invocation again with its session key. */
function tokenAgain(token: string): string {
  const { invocation, issuer } = verifyInvocation(token);
  const key = SESSION_KEYS.get(issuer);
  if (key === undefined) throw new TypeError('not a session key of the recordings');
  return encodeInvocation(invocation, key).token;
}

/** Returns the codes with which a call rejects requests, by their names. */
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

test('the recordings contain the requests that these tests need', (t) => {
  t.is(requests.length, 281);
  t.is(invocations.length, 189);
  t.is(delegations.length, 75);
});

test('exactly the headers that were recorded as invalid are rejected', (t) => {
  t.deepEqual(refusals(requests, read), REFUSED_HEADERS);
});

test('signing an invocation again reproduces it byte for byte', (t) => {
  for (const { authorization, name } of invocations)
    t.is(tokenAgain(authorization), authorization, name);
});

test('signing a delegation again reproduces it byte for byte', (t) => {
  const differing = delegations.filter(
    ({ authorization }) => delegationAgain(authorization).header !== authorization,
  );
  t.deepEqual(
    differing.map(({ name }) => name),
    WRONG_SIGNATURES,
  );
});

test('the node gives a delegation the same CID as we do', (t) => {
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

test('the text and the delegation of a request parse to the same message', (t) => {
  for (const { authorization, name } of delegations) {
    const { message } = decodeDelegation(authorization);
    t.deepEqual(parseSiweMessage(encodeSiweMessage(message)), message, name);
  }
});

test('exactly the capabilities that were recorded as invalid are rejected', (t) => {
  const verify = ({ authorization }: RecordedRequest): unknown =>
    verifyRecap(decodeDelegation(authorization).message);
  t.deepEqual(refusals(delegations, verify), REFUSED_RECAPS);
});

test('the capabilities of every request determine its statement and its resource', (t) => {
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
