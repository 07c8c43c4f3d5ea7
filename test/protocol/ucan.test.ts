import { test } from '../test.js';
import * as fc from 'fast-check';
import { encodeBase64url } from '../../src/protocol/base64url.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { cidOf } from '../../src/protocol/cid.js';
import { encodeKeyDid, verificationMethodOf } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';
import { encodeInvocation, type Invocation, verifyInvocation } from '../../src/protocol/ucan.js';
import { ability, bytesOf, cid, damaged, plainPath } from './arbitraries.js';
import { codeOf } from './code-of.js';

const KEY = ed25519KeyOf(new Uint8Array(32).fill(2));
const OTHER = ed25519KeyOf(new Uint8Array(32).fill(3));
const DID = encodeKeyDid(KEY.publicKey);
const X = encodeBase64url(KEY.publicKey);

const HEADER = `{"alg":"EdDSA","jwk":{"alg":"EdDSA","kty":"OKP","crv":"Ed25519","x":"${X}"},"typ":"JWT","ucv":"0.10.0"}`;
const PAYLOAD = `{"iss":"${verificationMethodOf(DID)}","aud":"${DID}","exp":1767225720,"nnc":"n","fct":[{"a":1}],"prf":["p"],"att":{"a:b":{"n/y":[{}],"n/x":[{}]}}}`;

const INVOCATION: Invocation = {
  audience: DID,
  expiresAtS: 1767225720,
  nonce: 'n',
  facts: [{ a: 1 }],
  proofs: ['p'],
  attenuations: new Map([['a:b', ['n/y', 'n/x']]]),
};

/** Returns a validly signed token with any contents. */
function tokenOf(header: string, payload: string, key = KEY): string {
  const signed = [header, payload].map((part) => encodeBase64url(utf8(part))).join('.');
  return `${signed}.${encodeBase64url(key.sign(utf8(signed)))}`;
}

const refused = (token: string): boolean =>
  codeOf(() => verifyInvocation(token)) === 'ERR_UCAN_INVALID';

test('members are written in the order of the reference encoder, abilities in that of the caller', (t) => {
  const { token, cid: name } = encodeInvocation(INVOCATION, KEY);
  t.is(token, tokenOf(HEADER, PAYLOAD));
  t.is(name, cidOf(utf8(token)));
  t.deepEqual(verifyInvocation(token), { invocation: INVOCATION, issuer: DID });
});

test('a validly signed token with another header is rejected', (t) => {
  const headers = [
    HEADER.replace('"alg":"EdDSA","jwk"', '"alg":"none","jwk"'),
    HEADER.replace('"alg":"EdDSA","jwk"', '"alg":"ES256","jwk"'),
    HEADER.replace(X, encodeBase64url(OTHER.publicKey)),
    HEADER.replace('0.10.0', '0.9.0'),
    HEADER.replace('JWT', 'jwt'),
    HEADER.replace(',"typ":"JWT"', ''),
    HEADER.replace(/"jwk":.*?},/, ''),
    HEADER.replace('}', '} '),
    '{}',
    'null',
    '',
  ];
  for (const header of headers) t.true(refused(tokenOf(header, PAYLOAD)), header);
});

test('a validly signed token with another form of payload is rejected', (t) => {
  const payloads = [
    PAYLOAD.replace('{"iss"', '{ "iss"'),
    PAYLOAD.replace('1767225720', '"1767225720"'),
    PAYLOAD.replace('1767225720', '1767225720.0'),
    PAYLOAD.replace('1767225720', '1e999'),
    PAYLOAD.replace('1767225720', 'null'),
    PAYLOAD.replace('"exp":1767225720,', ''),
    PAYLOAD.replace('"exp":1767225720,', '"exp":1,"exp":1767225720,'),
    PAYLOAD.replace('"exp"', '"nbf":1,"exp"'),
    PAYLOAD.replace('"nnc":"n"', '"nnc":1'),
    PAYLOAD.replace('"nnc":"n"', '"nnc":null'),
    PAYLOAD.replace('[{"a":1}]', '{"a":1}'),
    PAYLOAD.replace('[{"a":1}]', 'null'),
    PAYLOAD.replace('["p"]', '"p"'),
    PAYLOAD.replace('["p"]', '[1]'),
    PAYLOAD.replace('"prf":["p"],', ''),
    PAYLOAD.replace('"n/y":[{}]', '"n/y":[]'),
    PAYLOAD.replace('"n/y":[{}]', '"n/y":[{},{}]'),
    PAYLOAD.replace('"n/y":[{}]', '"n/y":[{"c":1}]'),
    PAYLOAD.replace('"n/y":[{}]', '"n/y":[{}],"n/y":[{}]'),
    PAYLOAD.replace('{"n/y":[{}],"n/x":[{}]}', '["n/y"]'),
    PAYLOAD.replace('{"n/y":[{}],"n/x":[{}]}', 'null'),
    PAYLOAD.replace('{"a:b":{"n/y":[{}],"n/x":[{}]}}', '[]'),
    PAYLOAD.replace(/,"att".*$/, '}'),
    PAYLOAD.replace(`"aud":"${DID}"`, '"aud":1'),
    PAYLOAD.replace(`"aud":"${DID}",`, ''),
    PAYLOAD.replace(verificationMethodOf(DID), DID),
    PAYLOAD.replace(`"${verificationMethodOf(DID)}"`, `["${verificationMethodOf(DID)}"]`),
    PAYLOAD.replace(/}$/, ',"x":1}'),
    PAYLOAD.replace(/}$/, ',"__proto__":{}}'),
    '[]',
    '',
  ];
  for (const payload of payloads) t.true(refused(tokenOf(HEADER, payload)), payload);
});

test("a token signed by a key other than its issuer's is rejected", (t) => {
  t.true(refused(tokenOf(HEADER, PAYLOAD, OTHER)));
});

test('a token with two or four parts, with padding or with a scheme is rejected', (t) => {
  const { token } = encodeInvocation(INVOCATION, KEY);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const others = [
    `${header}.${payload}`,
    `${token}.`,
    `${token}.${signature}`,
    `${token}==`,
    `Bearer ${token}`,
    `${header}.${payload}.`,
    `${header}..${signature}`,
    '..',
    '',
  ];
  for (const other of others) t.true(refused(other), other);
});

test('an expiry that is not a finite number is rejected', (t) => {
  for (const expiresAtS of [Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => encodeInvocation({ ...INVOCATION, expiresAtS }, KEY), { instanceOf: TypeError });
  }
});

test('the name of a prototype member is a resource like any other', (t) => {
  const attenuations = new Map([['__proto__', ['__proto__']]]);
  const { token } = encodeInvocation({ ...INVOCATION, attenuations }, KEY);
  t.deepEqual(verifyInvocation(token).invocation.attenuations, attenuations);
});

const signed = fc.record({
  key: bytesOf(32).map(ed25519KeyOf),
  invocation: fc.record(
    {
      audience: bytesOf(32).map(encodeKeyDid),
      expiresAtS: fc.oneof(fc.nat(), fc.constant(1767225720.5)),
      nonce: fc.string({ unit: 'grapheme' }),
      facts: fc.array(fc.record({ a: fc.string({ unit: 'grapheme' }), b: fc.boolean() })),
      proofs: fc.array(cid, { maxLength: 2 }),
      attenuations: fc
        .array(
          fc.tuple(
            plainPath.map((path) => `a:${path}`),
            fc.uniqueArray(ability),
          ),
          {
            maxLength: 3,
          },
        )
        .map((entries) => new Map(entries)),
    },
    { requiredKeys: ['audience', 'expiresAtS', 'proofs', 'attenuations'] },
  ),
});

test('every invocation round-trips, and no other token decodes to it', (t) => {
  type Signed = typeof signed extends fc.Arbitrary<infer T> ? T : never;
  const encode = ({ invocation, key }: Signed): string => encodeInvocation(invocation, key).token;
  fc.assert(
    fc.property(signed, (x) => {
      const issuer = encodeKeyDid(x.key.publicKey);
      t.deepEqual(verifyInvocation(encode(x)), { invocation: x.invocation, issuer });
    }),
  );
  fc.assert(
    fc.property(damaged(signed, encode), ([, text]) => refused(text)),
    { numRuns: 200 },
  );
});
