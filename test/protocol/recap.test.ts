import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { encodeBase64url } from '../../src/protocol/base64url.js';
import { utf8 } from '../../src/protocol/bytes.js';
import { canonicalJson } from '../../src/protocol/canonical-json.js';
import { cidOf, cidToBase58 } from '../../src/protocol/cid.js';
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
import { ability, damaged, recap, recapEntries, siweMessage } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const PREAMBLE =
  'I further authorize the stated URI to perform the following actions on my behalf:';
const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const ACCOUNT = `tinycloud:pkh:eip155:1:${ADDRESS}:account`;
const NETWORK = `urn:tinycloud:encryption:did:pkh:eip155:1:${ADDRESS}:default`;
const CID = cidOf(utf8('parent'));

const REQUEST: SiweMessage = {
  domain: 'example.com',
  address: parseAddress(ADDRESS),
  uri: 'https://example.com',
  chainId: 1,
  nonce: '12345678',
  issuedAt: '2026-01-01T00:00:00Z',
};

const RECAP = createRecap([
  [NETWORK, ['tinycloud.encryption/network.create']],
  [`${ACCOUNT}/kv`, ['tinycloud.kv/put', 'tinycloud.kv/get', 'other/x']],
  [`${ACCOUNT}/capabilities`, ['tinycloud.capabilities/read']],
]);
const SIGNED = withRecap(REQUEST, RECAP);
const WORDS = recapStatement(RECAP);
const URN = encodeRecapUrn(RECAP);

const urnOf = (json: string): string => `urn:recap:${encodeBase64url(utf8(json))}`;
const at = (att: string, prf = '[]'): string => urnOf(`{"att":${att},"prf":${prf}}`);
const withStatement = (statement: string): SiweMessage => ({ ...SIGNED, statement });
const withResources = (...resources: readonly string[]): SiweMessage => ({ ...SIGNED, resources });

test('the statement numbers groups by resource and namespace in byte order', (t) => {
  t.is(
    WORDS,
    `${PREAMBLE} (1) 'tinycloud.capabilities': 'read' for '${ACCOUNT}/capabilities'.` +
      ` (2) 'other': 'x' for '${ACCOUNT}/kv'.` +
      ` (3) 'tinycloud.kv': 'get', 'put' for '${ACCOUNT}/kv'.` +
      ` (4) 'tinycloud.encryption': 'network.create' for '${NETWORK}'.`,
  );
});

test('namespaces are ordered without their slash', (t) => {
  const words = recapStatement(createRecap([['a:b', ['n.b/x', 'n/x', 'n-a/x']]]));
  t.is(
    words,
    `${PREAMBLE} (1) 'n': 'x' for 'a:b'. (2) 'n-a': 'x' for 'a:b'. (3) 'n.b': 'x' for 'a:b'.`,
  );
});

test('duplicate abilities, resources and parents are written once', (t) => {
  const json = `{"att":{"a:b":{"n/x":[{}],"n/y":[{}]}},"prf":["${cidToBase58(CID)}"]}`;
  const merged = createRecap(
    [
      ['a:b', ['n/y']],
      ['a:b', ['n/x', 'n/y']],
    ],
    [CID, CID],
  );
  t.is(encodeRecapUrn(merged), urnOf(json));
  t.deepEqual(parseRecapUrn(urnOf(json)), merged);
});

test('capabilities that a statement cannot express are not a ReCap', (t) => {
  const resources = [
    '',
    'a',
    "a:'b",
    'a:%20',
    'a:b c',
    'a:"',
    'a:<b>',
    'a:é',
    'a:b\n',
    '__proto__',
  ];
  for (const resource of resources) {
    t.is(
      codeOf(() => createRecap([[resource, ['n/x']]])),
      'ERR_RECAP_INVALID',
      resource,
    );
  }
  for (const name of ['', 'n', '/x', 'n/', 'n/x/y', 'n x/y', "n/x'", 'n/é', 'n/x\n', '__proto__']) {
    t.is(
      codeOf(() => createRecap([['a:b', ['n/x', name]]])),
      'ERR_RECAP_INVALID',
      name,
    );
  }
  t.is(
    codeOf(() => createRecap([])),
    'ERR_RECAP_INVALID',
  );
  t.is(
    codeOf(() => createRecap([['a:b', []]])),
    'ERR_RECAP_INVALID',
  );
  t.is(
    codeOf(() => createRecap([['a:b', ['n/x']]], ['bafkr4i'])),
    'ERR_CID_INVALID',
  );
});

test('an object in any other form is rejected', (t) => {
  const ok = '{"a:b":{"n/x":[{}]}}';
  t.is(
    codeOf(() => parseRecapUrn(at(ok))),
    undefined,
  );
  const objects = {
    'white space': urnOf(`{"att":${ok}, "prf":[]}`),
    'a line feed at the end': urnOf(`{"att":${ok},"prf":[]}\n`),
    'other key order': urnOf(`{"prf":[],"att":${ok}}`),
    'abilities out of order': at('{"a:b":{"n/y":[{}],"n/x":[{}]}}'),
    'resources out of order': at('{"a:c":{"n/x":[{}]},"a:b":{"n/x":[{}]}}'),
    'a resource twice': at('{"a:b":{"n/x":[{}]},"a:b":{"n/x":[{}]}}'),
    'an ability twice': at('{"a:b":{"n/x":[{}],"n/x":[{}]}}'),
    'att twice': urnOf(`{"att":${ok},"att":${ok},"prf":[]}`),
    'prf twice': urnOf(`{"att":${ok},"prf":[],"prf":[]}`),
    'an unknown member': urnOf(`{"att":${ok},"prf":[],"x":1}`),
    'an escaped character': at(String.raw`{"a:\u0062":{"n/x":[{}]}}`),
    'a prototype member': urnOf(`{"__proto__":{},"att":${ok},"prf":[]}`),
    'a prototype resource': at('{"__proto__":{"n/x":[{}]},"a:b":{"n/x":[{}]}}'),
    'a prototype ability': at('{"a:b":{"__proto__":[{}],"n/x":[{}]}}'),
    'att in the prototype': urnOf(`{"__proto__":{"att":${ok},"prf":[]}}`),
    'a caveat': at('{"a:b":{"n/x":[{"c":1}]}}'),
    'a caveat null': at('{"a:b":{"n/x":[{"c":null}]}}'),
    'two empty caveats': at('{"a:b":{"n/x":[{},{}]}}'),
    'no caveat object': at('{"a:b":{"n/x":[]}}'),
    'a caveat that is no list': at('{"a:b":{"n/x":{}}}'),
    'a list of abilities': at('{"a:b":["n/x"]}'),
    'no ability': at('{"a:b":{}}'),
    'one resource with and one without abilities': at('{"a:b":{"n/x":[{}]},"a:c":{}}'),
    'no resource': at('{}'),
    'att a list': at('[]'),
    'att null': at('null'),
    'att missing': urnOf('{"prf":[]}'),
    'prf missing': urnOf(`{"att":${ok}}`),
    'prf null': at(ok, 'null'),
    'a parent in base32': at(ok, `["${CID}"]`),
    'a parent in a list': at(ok, `[["${cidToBase58(CID)}"]]`),
    'a parent twice': at(ok, `["${cidToBase58(CID)}","${cidToBase58(CID)}"]`),
    'a parent number': at(ok, '[1]'),
    'a byte order mark': urnOf(`\u{feff}{"att":${ok},"prf":[]}`),
    'no JSON': urnOf('{'),
    'a list': urnOf('[]'),
    'a text': urnOf('"x"'),
    null: urnOf('null'),
    nothing: 'urn:recap:',
    'no UTF-8': `urn:recap:${encodeBase64url(Uint8Array.of(0xff))}`,
    padding: `urn:recap:${encodeBase64url(utf8(`{"att":${ok},"prf":[]} `), 'required')}=`,
    'another prefix': at(ok).replace('urn:recap:', 'urn:recaps:'),
    'upper case': at(ok).replace('urn:recap:', 'URN:RECAP:'),
    'no prefix': at(ok).slice('urn:recap:'.length),
  };
  for (const [name, text] of Object.entries(objects)) {
    t.is(
      codeOf(() => parseRecapUrn(text)),
      'ERR_RECAP_INVALID',
      name,
    );
  }
});

test('stray bits at the end of the base64url are rejected', (t) => {
  const urn = ['a:b', 'a:bc', 'a:bcd'].map((uri) => encodeRecapUrn(createRecap([[uri, ['n/x']]])));
  const text = urn.find((candidate) => candidate.length % 4 !== 'urn:recap:'.length % 4) ?? '';
  const last = text.charCodeAt(text.length - 1);
  const changed = text.slice(0, -1) + String.fromCharCode(last + 1);
  t.is(
    codeOf(() => parseRecapUrn(changed)),
    'ERR_RECAP_INVALID',
  );
});

test('a statement that differs from the object is rejected', (t) => {
  const statements = {
    'one ability less': WORDS.replace("'get', 'put'", "'get'"),
    'one ability more': WORDS.replace("'get', 'put'", "'get', 'list', 'put'"),
    'abilities in other order': WORDS.replace("'get', 'put'", "'put', 'get'"),
    'another number': WORDS.replace('(2)', '(3)'),
    'one item less': WORDS.replace(/ \(4\).*$/, ''),
    'one item more': `${WORDS} (5) 'a': 'b' for 'c:d'.`,
    'another resource': WORDS.replace(`${ACCOUNT}/kv`, `${ACCOUNT}/sql`),
    'a space at the end': `${WORDS} `,
    'no period': WORDS.slice(0, -1),
    'two spaces': WORDS.replace(' (1)', '  (1)'),
    'words before it without a space': `x${WORDS}`,
    'words after it': `${WORDS} And more.`,
    'letter case': WORDS.replace('I further', 'i further'),
    'the preamble alone': PREAMBLE,
  };
  for (const [name, statement] of Object.entries(statements)) {
    t.is(
      codeOf(() => verifyRecap(withStatement(statement))),
      'ERR_RECAP_STATEMENT',
      name,
    );
  }
  const { statement: _, ...silent } = SIGNED;
  t.is(
    codeOf(() => verifyRecap(silent)),
    'ERR_RECAP_STATEMENT',
  );
});

test("the app's own statement may come first, separated by a space", (t) => {
  const message = withRecap({ ...REQUEST, statement: 'Sign in.' }, RECAP);
  t.is(message.statement, `Sign in. ${WORDS}`);
  t.deepEqual(verifyRecap(message), RECAP);
});

test('a ReCap must be the last resource and the only ReCap', (t) => {
  t.deepEqual(verifyRecap(withResources('a:b', URN)), RECAP);
  const other = encodeRecapUrn(createRecap([['a:b', ['n/x']]]));
  const lists = [
    [],
    ['a:b'],
    [URN, 'a:b'],
    [URN, URN],
    [other, URN],
    [other.replace('urn:', 'URN:'), URN],
  ];
  for (const list of [...lists, ['urn:recap:', URN], [URN, 'urn:Recap:x']]) {
    t.is(
      codeOf(() => verifyRecap(withResources(...list))),
      'ERR_RECAP_INVALID',
      list.join(' '),
    );
  }
  t.is(
    codeOf(() => verifyRecap(REQUEST)),
    'ERR_RECAP_INVALID',
  );
});

test('a request with a ReCap is parsed from its text', (t) => {
  t.deepEqual(parseRecapRequest(encodeSiweMessage(SIGNED)), { message: SIGNED, recap: RECAP });
  t.is(
    codeOf(() => parseRecapRequest(`${encodeSiweMessage(SIGNED)}\n`)),
    'ERR_SIWE_INVALID',
  );
});

test('every ReCap round-trips, and no other text parses to it', (t) => {
  fc.assert(fc.property(recap, (x) => t.deepEqual(parseRecapUrn(encodeRecapUrn(x)), x)));
  const damage = damaged(recap, encodeRecapUrn);
  fc.assert(
    fc.property(damage, ([x, text]) => readsOtherwise(parseRecapUrn, text, x)),
    { numRuns: 300 },
  );
});

test('every request with a ReCap is verified after writing and reading', (t) => {
  fc.assert(
    fc.property(siweMessage, recap, (message, x) => {
      const text = encodeSiweMessage(withRecap(message, x));
      t.deepEqual(parseRecapRequest(text).recap, x);
    }),
    { numRuns: 60 },
  );
});

test('the order in which entries are given makes no difference', (t) => {
  fc.assert(
    fc.property(recapEntries, (entries) => {
      const reversed = entries
        .toReversed()
        .map(([uri, names]) => [uri, names.toReversed()] as const);
      t.deepEqual(createRecap(reversed), createRecap(entries));
      t.is(recapStatement(createRecap(reversed)), recapStatement(createRecap(entries)));
    }),
  );
});

test('adding, removing or replacing an ability or a resource changes the statement', (t) => {
  fc.assert(
    fc.property(recapEntries, recapEntries, ability, fc.nat(), (entries, others, name, pick) => {
      const whole = createRecap(entries);
      const [uri = '', names = []] = entries[pick % entries.length] ?? [];
      const changed = [
        createRecap([...entries, [uri, [...names, name]]]),
        createRecap([...entries, ...others]),
        createRecap(others),
        createRecap([[uri, names]]),
        createRecap([[uri, names.slice(0, 1)]]),
      ];
      for (const candidate of changed) {
        const same = encodeRecapUrn(candidate) === encodeRecapUrn(whole);
        t.is(recapStatement(candidate) === recapStatement(whole), same);
        const forged = { ...withRecap(REQUEST, whole), resources: [encodeRecapUrn(candidate)] };
        t.is(
          codeOf(() => verifyRecap(forged)),
          same ? undefined : 'ERR_RECAP_STATEMENT',
        );
      }
    }),
  );
});

test('the resource of a ReCap is the canonical JSON of its abilities and parents', (t) => {
  fc.assert(
    fc.property(recap, (each) => {
      const att = [...each.attenuations].map(([resource, abilities]) => [
        resource,
        Object.fromEntries(abilities.map((name) => [name, [{}]])),
      ]);
      const prf = each.parents.map((parent) => cidToBase58(parent));
      t.is(encodeRecapUrn(each), urnOf(canonicalJson({ att: Object.fromEntries(att), prf })));
    }),
  );
});
