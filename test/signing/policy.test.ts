/** What may never be signed, whoever asks and in whatever format; each rule with the bytes that it exists for. */
import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { createRecap, type Recap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { decide, POLICY_RULES, type SignVia } from '../../src/signing/policy.js';

const ADDRESS = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const OTHER = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const OWN_HOST = 'sealwright.example';
const VIAS: readonly SignVia[] = ['program', 'browser', 'review', 'delegate'];

const ruleOf = (payload: Uint8Array | string, via: SignVia = 'program'): string =>
  decide({
    payload: typeof payload === 'string' ? utf8(payload) : payload,
    address: ADDRESS,
    via,
    ownHost: OWN_HOST,
  }).ruleId;

const siwe = (changes: Partial<SiweMessage> = {}, recap?: Recap): string => {
  const message: SiweMessage = {
    domain: 'app.example',
    address: ADDRESS,
    uri: 'https://app.example',
    chainId: 1,
    nonce: 'abcdefgh',
    issuedAt: '2026-03-01T12:00:00.000Z',
    ...changes,
  };
  return encodeSiweMessage(recap === undefined ? message : withRecap(message, recap));
};
const expirationTime = '2026-03-01T13:00:00.000Z';
const hostOf = (address: string, name = 'default', chain = 1) =>
  [`tinycloud:pkh:eip155:${chain}:${address}:${name}/space`, ['tinycloud.space/host']] as const;
const kv = [`tinycloud:pkh:eip155:1:${ADDRESS}:default/kv`, ['tinycloud.kv/get']] as const;
const jws = (header: object): string =>
  `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.AA`;

const NEVER: readonly (readonly [string, Uint8Array | string])[] = [
  ['never-bare-digest', new Uint8Array(32).fill(0x11)],
  ['never-bare-digest', new Uint8Array(32).fill(0xff)],
  ['never-bare-digest', 'thirty-two characters of text..!'],
  ['never-own-sign-in', siwe({ domain: OWN_HOST })],
  ['never-own-sign-in', siwe({ domain: OWN_HOST, scheme: 'https' })],
  ['never-own-sign-in', siwe({ domain: OWN_HOST }).replace(OWN_HOST, 'SEALWRIGHT.example')],
  ['never-own-sign-in', `\n${siwe({ domain: OWN_HOST })}`],
  ['never-own-sign-in', siwe({ domain: OWN_HOST, expirationTime }, createRecap([kv]))],
  ['never-own-statement', '{"purpose":"sealwright.attestation.v1","version":1}'],
  ['never-own-statement', ' {"version":1, "purpose":"sealwright.attestation.v1"}'],
  ['never-own-statement', '{"export":"sealwright.audit.v1","v":1}'],
  ['never-own-statement', jws({ alg: 'EdDSA', typ: 'sealwright-receipt+jwt' })],
  ['never-own-statement', 'sealwright.review.v1 and more'],
  ['never-rights-without-end', siwe({}, createRecap([kv]))],
  ['never-rights-without-end', siwe({}, createRecap([kv, hostOf(ADDRESS)]))],
  ['never-rights-without-end', siwe({}, createRecap([kv])).replace("'get'", "'put'")],
  ['never-rights-without-end', siwe({}, createRecap([hostOf(OTHER)]))],
  ['never-rights-without-end', siwe({}, createRecap([kv])).replaceAll('urn:recap:', 'URN:RECAP:')],
  ['never-foreign-hosting', siwe({ expirationTime }, createRecap([hostOf(OTHER)]))],
  ['never-foreign-hosting', siwe({ expirationTime }, createRecap([kv, hostOf(OTHER)]))],
  [
    'never-foreign-hosting',
    siwe({ expirationTime }, createRecap([[`${kv[0]}/x`, ['tinycloud.space/host']]])),
  ],
];

for (const [ruleId, payload] of NEVER) {
  const title = typeof payload === 'string' ? payload.slice(0, 60) : `${payload.length} bytes`;
  test(`${ruleId}: ${JSON.stringify(title)} ${NEVER.findIndex(([, each]) => each === payload)}`, (t) => {
    for (const via of VIAS) t.is(ruleOf(payload, via), ruleId, via);
  });
}

test('own spaces may be hosted without end, on any chain', (t) => {
  t.is(
    ruleOf(siwe({}, createRecap([hostOf(ADDRESS), hostOf(ADDRESS, 'account')]))),
    'program-session',
  );
  t.is(ruleOf(siwe({}, createRecap([hostOf(ADDRESS, 'default', 10)]))), 'program-session');
});

test('who asks decides only over what may be signed at all', (t) => {
  const message = siwe({ expirationTime }, createRecap([kv]));
  t.is(ruleOf(message, 'program'), 'program-session');
  t.is(ruleOf(message, 'browser'), 'browser-needs-review');
  t.is(ruleOf(message, 'review'), 'approved-review');
  t.is(ruleOf(message, 'delegate'), 'zero-gesture-allow-list');
});

test('every rule is reached by a case here, and says why it is there', (t) => {
  const reached = new Set([
    ...NEVER.map(([ruleId]) => ruleId),
    ...VIAS.map((via) => ruleOf('hello', via)),
  ]);
  for (const { id, reason, effect, code } of POLICY_RULES) {
    t.true(reached.has(id), id);
    t.true(reason.length > 20, id);
    t.is(code === undefined, effect === 'sign', id);
  }
});

test('whatever the bytes, there is a decision, and 32 bytes are refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const expected = bytes.length === 32 ? 'never-bare-digest' : 'program-session';
      return ruleOf(bytes) === expected;
    }),
  );
  t.pass();
});

test('a nested or broken ReCap text never makes the policy throw', (t) => {
  const noise = fc.string({ maxLength: 60 });
  fc.assert(
    fc.property(noise, noise, (a, b) => {
      const encoded = Buffer.from(`{"att":${a}}`).toString('base64url');
      return ruleOf(`x urn:recap:${encoded}${b} ${a}`) !== '';
    }),
  );
  t.pass();
});
