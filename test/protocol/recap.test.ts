import test from 'ava';
import fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { encodeBase64url } from '../../src/protocol/base64url.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { cidOf } from '../../src/protocol/cid.js';
import {
  createRecap,
  encodeRecapUrn,
  parseRecapRequest,
  parseRecapUrn,
  recapStatement,
  verifyRecap,
  withRecap,
} from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';

const SPACE = 'tinycloud:pkh:eip155:1:0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf:default';
const MESSAGE: SiweMessage = {
  domain: 'app.example',
  address: parseAddress('0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'),
  uri: 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4',
  chainId: 1,
  nonce: 'abcdefgh12345678',
  issuedAt: '2026-01-01T00:00:00.000Z',
};

const resource = fc.stringMatching(/^[a-z0-9/._-]{1,16}$/).map((path) => `${SPACE}/kv/${path}`);
const ability = fc.constantFrom(
  'tinycloud.kv/get',
  'tinycloud.kv/put',
  'tinycloud.kv/del',
  'tinycloud.sql/read',
  'tinycloud.encryption/network.create',
);
const entries = fc.uniqueArray(fc.tuple(resource, fc.uniqueArray(ability, { minLength: 1 })), {
  selector: ([uri]) => uri,
  maxLength: 5,
});
const parents = fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 8 }).map(cidOf), {
  maxLength: 3,
});

test('what is written is read again as it was', (t) => {
  fc.assert(
    fc.property(entries, parents, (list, cids) => {
      const recap = createRecap(list, cids);
      const again = parseRecapUrn(encodeRecapUrn(recap));
      t.deepEqual([...again.attenuations], [...recap.attenuations]);
      t.deepEqual(again.parents, recap.parents);
    }),
  );
});

test('the order of entries and abilities does not matter', (t) => {
  fc.assert(
    fc.property(entries, (list) => {
      const reversed = list.toReversed().map(([uri, names]) => [uri, names.toReversed()] as const);
      t.is(encodeRecapUrn(createRecap(reversed)), encodeRecapUrn(createRecap(list)));
    }),
  );
});

test('another ability or resource is always another statement', (t) => {
  fc.assert(
    fc.property(entries, entries, (a, b) => {
      const [one, other] = [createRecap(a), createRecap(b)];
      const same = encodeRecapUrn(one) === encodeRecapUrn(other);
      t.is(recapStatement(one) === recapStatement(other), same);
    }),
  );
});

test('a request carries its recap in words and as an object, and is read with both', (t) => {
  fc.assert(
    fc.property(entries, fc.constantFrom(undefined, 'Hello.'), (list, statement) => {
      const recap = createRecap(list);
      const base = statement === undefined ? MESSAGE : { ...MESSAGE, statement };
      const text = encodeSiweMessage(withRecap(base, recap));
      t.deepEqual([...parseRecapRequest(text).recap.attenuations], [...recap.attenuations]);
    }),
  );
});

const GRANT = createRecap([
  [`${SPACE}/kv`, ['tinycloud.kv/get', 'tinycloud.kv/list']],
  [`${SPACE}/sql`, ['tinycloud.sql/read']],
]);
const SIGNED = withRecap(MESSAGE, GRANT);
const WORDS = recapStatement(GRANT);

const STATEMENTS: readonly (readonly [string, string])[] = [
  ['an ability less', WORDS.replace("'get', ", '')],
  ['an ability more', WORDS.replace("'get'", "'del', 'get'")],
  ['another order', WORDS.replace("'get', 'list'", "'list', 'get'")],
  ['another number', WORDS.replace('(2)', '(3)')],
  ['another resource', WORDS.replace('/sql', '/sqlx')],
  ['a space at the end', `${WORDS} `],
  ['words after it', `${WORDS} And nothing else.`],
  ['no space before it', `Hello.${WORDS}`],
  ['nothing', ''],
];
for (const [what, statement] of STATEMENTS) {
  test(`a statement with ${what} is refused`, (t) => {
    t.throws(() => verifyRecap({ ...SIGNED, statement }), { code: 'ERR_RECAP_STATEMENT' });
  });
}

const urnOf = (json: string): string => `urn:recap:${encodeBase64url(utf8(json))}`;
const ATT = `"att":{"${SPACE}/kv":{"tinycloud.kv/get":[{}]}}`;
const OBJECTS: readonly (readonly [string, string])[] = [
  ['no parents member', urnOf(`{${ATT}}`)],
  ['an unknown member', urnOf(`{${ATT},"prf":[],"x":1}`)],
  ['white space', urnOf(`{${ATT}, "prf":[]}`)],
  ['members in another order', urnOf(`{"prf":[],${ATT}}`)],
  ['a caveat', urnOf(`{${ATT.replace('[{}]', '[{"a":1}]')},"prf":[]}`)],
  ['two empty caveats', urnOf(`{${ATT.replace('[{}]', '[{},{}]')},"prf":[]}`)],
  ['no caveats', urnOf(`{${ATT.replace('[{}]', '[]')},"prf":[]}`)],
  ['a key twice', urnOf(`{"att":{},${ATT},"prf":[]}`)],
  ['an ability that is none', urnOf(`{${ATT.replace('tinycloud.kv/get', 'get')},"prf":[]}`)],
  ['a resource that is no URI', urnOf(`{${ATT.replace('tinycloud:pkh', 'x y')},"prf":[]}`)],
  ['a prototype as its resource', urnOf('{"att":{"__proto__":{"a/b":[{}]}},"prf":[]}')],
  ['a parent in base32', urnOf(`{${ATT},"prf":["${cidOf(new Uint8Array())}"]}`)],
  ['an array', urnOf('[]')],
  ['padding', `${urnOf(`{${ATT},"prf":[]}`)}=`],
  ['another prefix', 'urn:other:e30'],
];
for (const [what, urn] of OBJECTS) {
  test(`an object with ${what} is no recap`, (t) => {
    t.throws(() => parseRecapUrn(urn), { code: 'ERR_RECAP_INVALID' });
  });
}

test('two recaps, or one that is not last, are none', (t) => {
  const urn = SIGNED.resources?.[0] ?? '';
  for (const resources of [[urn, urn], [urn, 'https://a.example/'], ['https://a.example/'], []]) {
    t.throws(() => verifyRecap({ ...SIGNED, resources }), { code: 'ERR_RECAP_INVALID' });
  }
});
