import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { encodeNetworkId } from '../../src/protocol/network-id.js';
import { encodeResource, findResource, parseResource } from '../../src/protocol/resource.js';
import { damaged, network, plainPath, spaceResource, textOf } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const ACCOUNT = `tinycloud:pkh:eip155:1:${ADDRESS}:account`;
const space = { owner: { chainId: 1, address: parseAddress(ADDRESS) }, name: 'account' };

const path = fc.oneof(
  plainPath,
  textOf('a/', 0, 5),
  fc.constantFrom('b%25', "a'b", 'a%20b', '%2F'),
);
const resource = fc.oneof(
  spaceResource(path),
  network.map((id) => ({ kind: 'network' as const, network: id })),
);

test('the path is the text after the service, exactly as written', (t) => {
  const paths: Readonly<Record<string, string | undefined>> = {
    '/kv': undefined,
    '/kv/': '',
    '/kv/a/b': 'a/b',
    '/kv/a/': 'a/',
    '/kv//x': '/x',
    '/kv/a%20b': 'a%20b',
    '/kv/.well-known/...': '.well-known/...',
    [`/kv/spaces/${ACCOUNT}`]: `spaces/${ACCOUNT}`,
  };
  for (const [tail, expected] of Object.entries(paths)) {
    const member = expected === undefined ? {} : { path: expected };
    t.deepEqual(parseResource(ACCOUNT + tail), { kind: 'space', space, service: 'kv', ...member });
  }
});

test('a path that normalization would rewrite is rejected in writing and reading', (t) => {
  for (const bad of ['a%2fb', 'a%2Db', '%41', '%7e', '%7E', '.', '..', 'a/./b', 'a/../b', 'a/..']) {
    t.is(
      codeOf(() => parseResource(`${ACCOUNT}/kv/${bad}`)),
      'ERR_RESOURCE_INVALID',
      bad,
    );
    const written = { kind: 'space', space, service: 'kv', path: bad } as const;
    t.is(
      codeOf(() => encodeResource(written)),
      'ERR_RESOURCE_INVALID',
      bad,
    );
  }
});

test('every triplet of an unreserved character is rejected and every other one is kept', (t) => {
  for (let code = 0; code < 256; code += 1) {
    const triplet = `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    const needless = /[A-Za-z0-9\-._~]/.test(String.fromCodePoint(code));
    t.is(findResource(`${ACCOUNT}/kv/${triplet}`) === undefined, needless, triplet);
  }
});

test('queries, fragments, characters outside URIs and malformed services are rejected', (t) => {
  const tails = ['', '/', '/kv?a', '/kv/a?b', '/kv/a#b', '/kv/a b', '/kv/é', '/kv/%', '/kv/a\n'];
  for (const tail of [...tails, '/KV', '/-kv', '/k.v', '//kv', '/kv/"', '/kv/<', '/kv/a\\b']) {
    t.is(
      codeOf(() => parseResource(ACCOUNT + tail)),
      'ERR_RESOURCE_INVALID',
      tail,
    );
  }
});

test('an id that is not well formed is rejected with its own code', (t) => {
  t.is(
    codeOf(() => parseResource(`${ACCOUNT.toLowerCase()}/kv`)),
    'ERR_SPACE_ID_INVALID',
  );
  t.is(
    codeOf(() => parseResource('urn:tinycloud:encryption:x:y')),
    'ERR_NETWORK_ID_INVALID',
  );
});

test('a URI of another scheme does not parse as a resource', (t) => {
  for (const text of ['https://example.com/x', 'urn:cid:bafkr4i', 'not a uri', '']) {
    t.is(findResource(text), undefined, text);
  }
});

test('every resource round-trips, and no other text parses to it', (t) => {
  fc.assert(fc.property(resource, (x) => t.deepEqual(parseResource(encodeResource(x)), x)));
  const damage = damaged(resource, encodeResource);
  fc.assert(fc.property(damage, ([x, text]) => readsOtherwise(parseResource, text, x)));
});

test('the URI of an encryption network is its id', (t) => {
  const id = { owner: space.owner, name: 'default' };
  t.is(encodeResource({ kind: 'network', network: id }), encodeNetworkId(id));
});
