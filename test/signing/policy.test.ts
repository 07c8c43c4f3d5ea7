/**
 * Tests what is never signed, for any caller and in any format; each rule has the bytes that it
 * exists for.
 */
import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { createRecap, type Recap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import {
  decide,
  MAX_RIGHTS_LIFETIME_MS,
  POLICY_RULES,
  type SignVia,
} from '../../src/signing/policy.js';
import { parseSigningBytes } from '../../src/signing/signing-request.js';

const ADDRESS = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const OTHER = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const OWN_HOST = 'sealwright.example';
const VIAS: readonly SignVia[] = ['program', 'browser', 'review', 'delegate'];

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

const ruleOf = (payload: Uint8Array | string, via: SignVia = 'program', nowMs = NOW_MS): string =>
  decide({
    request: parseSigningBytes(typeof payload === 'string' ? utf8(payload) : payload),
    address: ADDRESS,
    via,
    ownHost: OWN_HOST,
    nowMs,
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
  ['never-own-statement', ' \n\t sealwright.review.v1 and more'],
  ['never-own-statement', 'sealwright-receipt and more'],
  ['never-rights-without-end', siwe({}, createRecap([kv]))],
  ['never-rights-without-end', siwe({}, createRecap([kv, hostOf(ADDRESS)]))],
  ['never-rights-without-end', siwe({}, createRecap([kv])).replace("'get'", "'put'")],
  ['never-rights-without-end', siwe({}, createRecap([hostOf(OTHER)]))],
  ['never-rights-without-end', siwe({}, createRecap([kv])).replaceAll('urn:recap:', 'URN:RECAP:')],
  [
    'never-rights-without-end',
    siwe({ statement: 'Expiration Time: after this visit.' }, createRecap([kv])),
  ],
  [
    'never-rights-without-end',
    siwe({ statement: 'Until then. Expiration Time: tomorrow.' }, createRecap([kv])),
  ],
  ['never-rights-without-end', siwe({ requestId: 'Expiration' }, createRecap([kv]))],
  // Hosting of an own space may be without expiry, but nothing else of that service and no part of
  // a space.
  [
    'never-rights-without-end',
    siwe({}, createRecap([[hostOf(ADDRESS)[0], ['tinycloud.space/info']]])),
  ],
  ['never-rights-without-end', siwe({}, createRecap([[hostOf(ADDRESS)[0], ['tinycloud.kv/get']]]))],
  ['never-rights-without-end', siwe({}, createRecap([[`${kv[0]}/x`, ['tinycloud.space/host']]]))],
  ...['/', '/x', 'x', '//'].map(
    (end) =>
      [
        'never-rights-without-end',
        siwe({}, createRecap([[`${hostOf(ADDRESS)[0]}${end}`, ['tinycloud.space/host']]])),
      ] as const,
  ),
  // Hosting that cannot be parsed is not exempt.
  ['never-rights-without-end', siwe({}, createRecap([hostOf(ADDRESS)])).replace("'host'", "'x'")],
  ['never-rights-without-end', siwe({ resources: ['urn:recap:e30'] })],
  ['never-foreign-hosting', siwe({ expirationTime }, createRecap([hostOf(OTHER)]))],
  [
    'never-foreign-hosting',
    siwe({ expirationTime }, createRecap([hostOf(OTHER)])).replaceAll('urn:recap:', 'URN:RECAP:'),
  ],
  [
    'never-foreign-hosting',
    siwe({ expirationTime }, createRecap([[hostOf(OTHER)[0], ['tinycloud.space/info']]])),
  ],
  ...['/', '/x', 'x'].map(
    (end) =>
      [
        'never-foreign-hosting',
        siwe(
          { expirationTime },
          createRecap([[`${hostOf(ADDRESS)[0]}${end}`, ['tinycloud.space/host']]]),
        ),
      ] as const,
  ),
  // The own address elsewhere in the resource does not make the space the user's own.
  [
    'never-foreign-hosting',
    siwe(
      { expirationTime },
      createRecap([[`${hostOf(OTHER)[0]}/:${ADDRESS}:a/space`, ['tinycloud.space/host']]]),
    ),
  ],
  ['never-foreign-hosting', siwe({ expirationTime }, createRecap([kv, hostOf(OTHER)]))],
  [
    'never-foreign-hosting',
    siwe({ expirationTime }, createRecap([[`${kv[0]}/x`, ['tinycloud.space/host']]])),
  ],
];

for (const ruleId of new Set(NEVER.map(([id]) => id))) {
  test(`${ruleId} refuses each of its cases for every caller`, (t) => {
    for (const [, payload] of NEVER.filter(([id]) => id === ruleId)) {
      for (const via of VIAS) t.is(ruleOf(payload, via), ruleId, `${via}: ${String(payload)}`);
    }
  });
}

test('hosting of own spaces may be without expiry, on any chain', (t) => {
  t.is(
    ruleOf(siwe({}, createRecap([hostOf(ADDRESS), hostOf(ADDRESS, 'account')]))),
    'program-session',
  );
  t.is(ruleOf(siwe({}, createRecap([hostOf(ADDRESS, 'default', 10)]))), 'program-session');
  const far = { expirationTime: '9999-12-31T23:59:59.000Z' };
  t.is(ruleOf(siwe(far, createRecap([hostOf(ADDRESS)]))), 'program-session');
});

test('another ability over an own space does not count as foreign hosting', (t) => {
  const recap = createRecap([[hostOf(ADDRESS)[0], ['tinycloud.space/info']]]);
  t.is(ruleOf(siwe({ expirationTime }, recap)), 'program-session');
});

test('rights that end more than 30 days after the signature count as rights without an end', (t) => {
  const endingIn = (ms: number): string =>
    siwe({ expirationTime: new Date(NOW_MS + ms).toISOString() }, createRecap([kv]));
  for (const via of ['program', 'review', 'delegate'] as const) {
    t.not(ruleOf(endingIn(MAX_RIGHTS_LIFETIME_MS), via), 'never-rights-without-end');
    t.is(ruleOf(endingIn(MAX_RIGHTS_LIFETIME_MS + 1), via), 'never-rights-without-end');
  }
  t.is(MAX_RIGHTS_LIFETIME_MS, 30 * 24 * 3_600_000);
  t.is(ruleOf(endingIn(MAX_RIGHTS_LIFETIME_MS + 1), 'program', NOW_MS + 1), 'program-session');
  const far = siwe({ expirationTime: '9999-12-31T23:59:59.000Z' }, createRecap([kv]));
  t.is(ruleOf(far), 'never-rights-without-end');
  // A malformed ReCap in a message that parses is judged by the field of the message.
  t.is(ruleOf(far.replace("'get'", "'put'")), 'never-rights-without-end');
  t.is(
    ruleOf(siwe({ expirationTime }, createRecap([kv])).replace("'get'", "'put'")),
    'program-session',
  );
});

test('a sign-in without rights needs no expiry', (t) => {
  t.is(ruleOf(siwe()), 'program-session');
  t.is(ruleOf(siwe({ statement: 'See urn:recap:e30 for more.' })), 'program-session');
});

test('rights in a text that does not parse count as without an end, and a review reports that it does not parse', (t) => {
  const good = siwe({ expirationTime }, createRecap([kv]));
  const broken = [
    `${good}\n`,
    good.replace('Version: 1', 'Version: 2'),
    good.replace(ADDRESS, ADDRESS.toLowerCase()),
    good.replaceAll('\n', '\r\n'),
    'Expiration Time: 2026-03-01T13:00:00.000Z\nurn:recap:e30',
  ];
  for (const text of broken) {
    t.is(ruleOf(text), 'never-rights-without-end', text);
    t.is(ruleOf(text, 'delegate'), 'never-rights-without-end', text);
    t.is(ruleOf(text, 'review'), 'never-unreadable-review', text);
  }
  const withoutRights = `${siwe()}\n`;
  t.is(ruleOf(withoutRights), 'program-session');
  t.is(ruleOf(withoutRights, 'review'), 'never-unreadable-review');
});

test('an app whose domain begins with our name can sign people in', (t) => {
  t.is(ruleOf(siwe({ domain: 'sealwright.app.example' })), 'program-session');
  t.is(ruleOf(siwe({ domain: 'app.example', statement: OWN_HOST })), 'program-session');
});

test('the caller matters only for requests that may be signed at all', (t) => {
  const message = siwe({ expirationTime }, createRecap([kv]));
  t.is(ruleOf(message, 'program'), 'program-session');
  t.is(ruleOf(message, 'browser'), 'browser-needs-review');
  t.is(ruleOf(message, 'review'), 'approved-review');
  t.is(ruleOf(message, 'delegate'), 'zero-gesture-allow-list');
});

test('every rule applies to some case and has a reason', (t) => {
  const reached = new Set([
    ...NEVER.map(([ruleId]) => ruleId),
    ...VIAS.map((via) => ruleOf('hello', via)),
    ruleOf(`${siwe()}\n`, 'review'),
  ]);
  for (const { id, reason, effect, code } of POLICY_RULES) {
    t.true(reached.has(id), id);
    t.true(reason.length > 20, id);
    t.is(code === undefined, effect === 'sign', id);
  }
});

test('any bytes lead to a decision, and 32 bytes are refused', (t) => {
  const anyBytes = fc.uint8Array({ maxLength: 200 });
  const aboutADigest = fc.uint8Array({ minLength: 31, maxLength: 33 });
  fc.assert(
    fc.property(fc.oneof(anyBytes, aboutADigest), (bytes) => {
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
