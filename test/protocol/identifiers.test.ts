/** Addresses, DIDs, spaces, networks, resources, CIDs: one spelling each. */
import test from 'ava';
import fc from 'fast-check';
import { hkdf } from '@noble/hashes/hkdf';
import { sha256 } from '@noble/hashes/sha2';
import { computeAddress, getAddress, hashMessage, SigningKey } from 'ethers';
import {
  addressOfPublicKey,
  isAddress,
  parseAddress,
  type Address,
} from '../../src/protocol/address.js';
import { decodeBase64url, encodeBase64url } from '../../src/protocol/base64url.js';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import { canonicalJson } from '../../src/protocol/canonical-json.js';
import { cidFromBase58, cidOf, cidToBase58, parseCid } from '../../src/protocol/cid.js';
import {
  encodeKeyDid,
  encodeWalletDid,
  parseKeyDid,
  parseVerificationMethod,
  parseWalletDid,
  verificationMethodOf,
} from '../../src/protocol/did.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { deriveBytes } from '../../src/protocol/hkdf.js';
import { ed25519KeyOf, isEd25519Signature } from '../../src/protocol/ed25519.js';
import { encodeNetworkId, parseNetworkId } from '../../src/protocol/network-id.js';
import {
  encodeResource,
  findResource,
  parseResource,
  type Resource,
} from '../../src/protocol/resource.js';
import { encodeSpaceId, parseSpaceId } from '../../src/protocol/space-id.js';

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const address = bytes(20).map((raw): Address => parseAddress(getAddress(`0x${hex(raw)}`)));
const owner = fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 40 }), address });
const spaceName = fc.stringMatching(/^[A-Za-z0-9._~-]{1,20}$/);
const isNormalized = (path: string): boolean => !/(?:^|\/)\.\.?(?:\/|$)/.test(path);
const resources: fc.Arbitrary<Resource> = fc.oneof(
  fc
    .tuple(
      owner,
      spaceName,
      fc.constantFrom('kv', 'sql', 'space'),
      fc.option(fc.stringMatching(/^[a-z0-9/:._-]{0,20}$/).filter(isNormalized), {
        nil: undefined,
      }),
    )
    .map(([by, name, service, path]) => ({
      kind: 'space' as const,
      space: { owner: by, name },
      service,
      ...(path === undefined ? {} : { path }),
    })),
  owner.map((by) => ({ kind: 'network' as const, network: { owner: by, name: 'default' } })),
);

test('EIP-55: the examples of the specification', (t) => {
  for (const example of [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]) {
    t.is<string, string>(parseAddress(example), example);
    t.throws(() => parseAddress(example.toLowerCase()), { code: 'ERR_ADDRESS_INVALID' });
    t.false(isAddress(example.slice(0, -1)));
  }
});

test('an address is the one that ethers computes', (t) => {
  fc.assert(
    fc.property(bytes(32), (key) => {
      fc.pre(key.some((byte) => byte !== 0) && key[0] !== 0xff);
      const { publicKey } = new SigningKey(`0x${hex(key)}`);
      const raw = new Uint8Array(Buffer.from(publicKey.slice(2), 'hex'));
      t.is<string, string>(addressOfPublicKey(raw), computeAddress(publicKey));
    }),
    { numRuns: 30 },
  );
});

test('EIP-191: the digest is the one that ethers computes', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
      t.is(`0x${hex(personalMessageDigest(message))}`, hashMessage(message));
    }),
  );
});

test('each identifier is read as it was written', (t) => {
  fc.assert(
    fc.property(owner, spaceName, resources, bytes(32), (by, name, resource, key) => {
      t.deepEqual(parseWalletDid(encodeWalletDid(by)), by);
      t.deepEqual(parseSpaceId(encodeSpaceId({ owner: by, name })), { owner: by, name });
      t.deepEqual(parseNetworkId(encodeNetworkId({ owner: by, name: 'default' })).owner, by);
      t.deepEqual(parseResource(encodeResource(resource)), resource);
      t.deepEqual(parseKeyDid(encodeKeyDid(key)), key);
      const did = encodeKeyDid(key);
      t.is(parseVerificationMethod(verificationMethodOf(did)), did);
      const cid = cidOf(key);
      t.is(parseCid(cid).length, 32);
      t.is(cidFromBase58(cidToBase58(cid)), cid);
      t.deepEqual(decodeBase64url(encodeBase64url(key)), key);
      t.deepEqual(decodeBase64url(encodeBase64url(key, 'required'), 'required'), key);
    }),
    { numRuns: 60 },
  );
});

const BASE = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const SPACE = `tinycloud:pkh:eip155:1:${BASE}:default`;
const NOT_RESOURCES = [
  SPACE,
  `${SPACE}/`,
  `${SPACE}/KV`,
  `${SPACE}/kv/a b`,
  `${SPACE}/kv/%2f`,
  `${SPACE}/kv?x`,
  `${SPACE}/kv#x`,
  SPACE.replace(BASE, BASE.toLowerCase()).concat('/kv'),
  SPACE.replace(':1:', ':01:').concat('/kv'),
  `urn:tinycloud:encryption:did:pkh:eip155:1:${BASE}:De`,
  'https://example.com/kv',
];
for (const text of NOT_RESOURCES) {
  test(`not a resource: ${text}`, (t) => {
    t.is(findResource(text), undefined);
  });
}

test('an empty path, no path and a leading slash are three resources', (t) => {
  const paths = ['/kv', '/kv/', '/kv//x', '/kv/x'].map((tail) => {
    const resource = parseResource(`${SPACE}${tail}`);
    return resource.kind === 'space' ? resource.path : 'network';
  });
  t.deepEqual(paths, [undefined, '', '/x', 'x']);
});

const NOT_KEYS = [
  'did:key:z6Mk',
  'did:web:a',
  'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4\n',
];
test('a DID that is no Ed25519 key in canonical form is refused', (t) => {
  for (const text of NOT_KEYS) t.throws(() => parseKeyDid(text), { code: 'ERR_DID_INVALID' });
});

test('base64url has one text for some bytes', (t) => {
  for (const text of ['A', 'AB', 'AA==', 'A+', 'A/', 'AA\n', ' AA']) {
    t.throws(() => decodeBase64url(text), { code: 'ERR_BASE64URL_INVALID' }, text);
  }
  t.throws(() => decodeBase64url('AA', 'required'), { code: 'ERR_BASE64URL_INVALID' });
});

test('RFC 8785: keys are sorted and numbers written as the specification says', (t) => {
  const value = { '\u20ac': 'Euro', '\r': 'CR', '1': 1e30, a: [1.5, -0, 'ü', null, true] };
  t.is(canonicalJson(value), '{"\\r":"CR","1":1e+30,"a":[1.5,0,"ü",null,true],"€":"Euro"}');
  for (const bad of [undefined, Number.NaN, Infinity, 1n]) {
    t.throws(() => canonicalJson(bad), { code: 'ERR_CANONICAL_JSON' });
  }
});

test('derived bytes depend on every part and on where it ends', (t) => {
  const key = new Uint8Array(32).fill(1);
  const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['ab', 'd']];
  t.is(new Set(lists.map((parts) => hex(deriveBytes(key, parts)))).size, lists.length);
  const info = Uint8Array.of(0, 2, 97, 98, 0, 1, 99);
  t.deepEqual(deriveBytes(key, ['ab', 'c'], 40), hkdf(sha256, key, undefined, info, 40));
});

test('RFC 8032: test 1', (t) => {
  const seed = Buffer.from(
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  );
  const key = ed25519KeyOf(new Uint8Array(seed));
  t.is(hex(key.publicKey), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const signature = key.sign(new Uint8Array());
  t.is(
    hex(signature),
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
  t.true(isEd25519Signature(key.publicKey, new Uint8Array(), signature));
  t.false(isEd25519Signature(key.publicKey, utf8('x'), signature));
});
