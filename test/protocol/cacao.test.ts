import { decode, encode } from '@ipld/dag-cbor';
import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { encodeBase64url } from '../../src/protocol/base64url.js';
import {
  decodeCacao,
  decodeDelegation,
  encodeCacao,
  encodeDelegation,
  type SignedSiwe,
} from '../../src/protocol/cacao.js';
import { concatBytes, hex } from '../../src/protocol/bytes.js';
import { cidOf } from '../../src/protocol/cid.js';
import { damaged, flipBit, signedSiwe } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';

const SIGNED: SignedSiwe = {
  message: {
    scheme: 'https',
    domain: 'example.com',
    address: parseAddress(ADDRESS),
    statement: 'Sign in.',
    uri: 'https://example.com',
    chainId: 1,
    nonce: '12345678',
    issuedAt: '2026-01-01T00:00:00Z',
    expirationTime: '2026-01-02T00:00:00Z',
    notBefore: '2025-12-31T00:00:00Z',
    requestId: 'r',
    resources: ['a:b'],
  },
  signature: new Uint8Array(65).fill(1),
};

type Tree = Record<string, Record<string, unknown>>;

/** Encodes the request with one member of a part replaced, or removed if the value is undefined. */
function changed(part: string, name: string, value: unknown): Uint8Array {
  const tree = decode<Tree>(encodeCacao(SIGNED));
  const { [name]: _, ...rest } = tree[part] ?? {};
  return encode({ ...tree, [part]: value === undefined ? rest : { ...rest, [name]: value } });
}

test('the members of the payload are ordered by length, then in byte order', (t) => {
  const { h, p, s } = decode<Tree>(encodeCacao(SIGNED));
  t.deepEqual(h, { t: 'eip4361' });
  t.deepEqual(s, { s: SIGNED.signature, t: 'eip191' });
  const order = 'aud exp iat iss nbf nonce domain scheme version resources statement request_id';
  t.deepEqual(Object.keys(p ?? {}), order.split(' '));
  t.is(p?.['iss'], `did:pkh:eip155:1:${ADDRESS}`);
  t.is(p?.['version'], 1);
});

test('a delegation is padded base64url, and its CID is the hash of its bytes', (t) => {
  const bytes = encodeCacao(SIGNED);
  const header = encodeBase64url(bytes, 'required');
  t.deepEqual(encodeDelegation(SIGNED), { header, cid: cidOf(bytes) });
  t.is(header.length % 4, 0);
});

test('a value in any other form is rejected', (t) => {
  const values: readonly (readonly [part: string, name: string, value: unknown])[] = [
    ['h', 't', 'caip122'],
    ['h', 't', undefined],
    ['h', 'x', 1],
    ['p', 'version', '1'],
    ['p', 'version', 2],
    ['p', 'version', 1.5],
    ['p', 'version', undefined],
    ['p', 'x', 1],
    ['p', '__proto__', { exp: 'x' }],
    ['p', 'exp', null],
    ['p', 'exp', 1767225600],
    ['p', 'exp', '2026-02-31T00:00:00Z'],
    ['p', 'iss', `did:pkh:eip155:1:${ADDRESS.toLowerCase()}`],
    ['p', 'iss', `did:pkh:eip155:01:${ADDRESS}`],
    ['p', 'iss', 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'],
    ['p', 'iss', undefined],
    ['p', 'aud', 'x'],
    ['p', 'aud', undefined],
    ['p', 'domain', 'a b'],
    ['p', 'nonce', 'short'],
    ['p', 'nonce', 12345678],
    ['p', 'iat', undefined],
    ['p', 'statement', 'a\nb'],
    ['p', 'resources', []],
    ['p', 'resources', 'a:b'],
    ['p', 'resources', [1]],
    ['p', 'resources', null],
    ['s', 's', new Uint8Array(64)],
    ['s', 's', new Uint8Array(66)],
    ['s', 's', '0x00'],
    ['s', 's', undefined],
    ['s', 't', 'eip1271'],
    ['s', 'm', {}],
  ];
  for (const [part, name, value] of values) {
    const bytes = changed(part, name, value);
    t.is(
      codeOf(() => decodeCacao(bytes)),
      'ERR_CACAO_INVALID',
      `${part}.${name} ${String(value)}`,
    );
  }
});

test('bytes in any other encoding are rejected', (t) => {
  const bytes = encodeCacao(SIGNED);
  const [first = 0, ...rest] = bytes;
  const others = {
    'a byte after it': concatBytes(bytes, Uint8Array.of(0)),
    'a byte less': bytes.subarray(0, -1),
    'an over-long map head': Uint8Array.of(0xb8, first & 0x1f, ...rest),
    'an indefinite map': Uint8Array.of(0xbf, ...rest, 0xff),
    'a tag': concatBytes(Uint8Array.of(0xc6), bytes),
    'a list': encode([]),
    null: encode(null),
    'a text': encode('x'),
    'an empty map': encode({}),
    nothing: new Uint8Array(0),
    'a map with a part twice': Uint8Array.of(first + 1, ...rest, 0x61, 0x73, 0xa0),
  };
  for (const [name, other] of Object.entries(others)) {
    t.is(
      codeOf(() => decodeCacao(other)),
      'ERR_CACAO_INVALID',
      name,
    );
  }
});

test('a header without padding, in another alphabet or with a scheme is rejected', (t) => {
  const { header } = encodeDelegation({ ...SIGNED, message: { ...SIGNED.message, domain: 'ab' } });
  const padded = [SIGNED, { ...SIGNED, message: { ...SIGNED.message, domain: 'a' } }].map(
    (signed) => encodeDelegation(signed).header,
  );
  const unpadded = padded
    .filter((text) => text.endsWith('='))
    .map((text) => text.replaceAll('=', ''));
  t.true(unpadded.length > 0);
  for (const text of [
    ...unpadded,
    `${header}=`,
    `Bearer ${header}`,
    `${header}\n`,
    '',
    ` ${header}`,
  ]) {
    t.is(
      codeOf(() => decodeDelegation(text)),
      'ERR_CACAO_INVALID',
    );
  }
});

test('a request that could not be decoded again is not encoded', (t) => {
  const empty = { ...SIGNED, message: { ...SIGNED.message, resources: [] } };
  t.is(
    codeOf(() => encodeCacao(empty)),
    'ERR_CACAO_INVALID',
  );
  const short = { ...SIGNED, signature: new Uint8Array(64) };
  t.throws(() => encodeCacao(short), { instanceOf: TypeError });
});

const encodeHeader = (x: SignedSiwe): string => encodeDelegation(x).header;

test('every signed request round-trips, and no other header decodes to it', (t) => {
  fc.assert(fc.property(signedSiwe, (x) => t.deepEqual(decodeDelegation(encodeHeader(x)), x)));
  fc.assert(
    fc.property(damaged(signedSiwe, encodeHeader), ([x, text]) =>
      readsOtherwise(decodeDelegation, text, x),
    ),
  );
});

test('a flipped bit is rejected or decodes to another request', (t) => {
  fc.assert(
    fc.property(signedSiwe, fc.nat(), (x, bit) => {
      const bytes = flipBit(encodeCacao(x), bit);
      if (codeOf(() => decodeCacao(bytes)) !== undefined) return;
      t.notDeepEqual(decodeCacao(bytes), x);
      t.is(hex(encodeCacao(decodeCacao(bytes))), hex(bytes));
    }),
    { numRuns: 300 },
  );
});
