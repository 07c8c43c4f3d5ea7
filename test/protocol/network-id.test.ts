import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { encodeNetworkId, parseNetworkId } from '../../src/protocol/network-id.js';
import { damaged, network } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const DEFAULT = `urn:tinycloud:encryption:did:pkh:eip155:1:${ADDRESS}:default`;
const owner = { chainId: 1, address: parseAddress(ADDRESS) };

test('the default network of a wallet is written and read', (t) => {
  t.is(encodeNetworkId({ owner, name: 'default' }), DEFAULT);
  t.deepEqual(parseNetworkId(DEFAULT), { owner, name: 'default' });
});

test('a name that clients would reject is rejected in writing and reading', (t) => {
  for (const name of ['', '-a', 'A', 'a_b', 'a.b', 'a/b', 'a:b', 'a'.repeat(129), 'a\n']) {
    t.is(
      codeOf(() => encodeNetworkId({ owner, name })),
      'ERR_NETWORK_ID_INVALID',
      name,
    );
    const text = DEFAULT.replace(/default$/, name);
    t.is(
      codeOf(() => parseNetworkId(text)),
      'ERR_NETWORK_ID_INVALID',
      name,
    );
  }
});

test('another prefix or owner is rejected', (t) => {
  const texts = [
    DEFAULT.replace('urn:', 'URN:'),
    DEFAULT.replace('encryption', 'network'),
    DEFAULT.replace('did:pkh', 'pkh'),
    DEFAULT.replace(ADDRESS, ADDRESS.toLowerCase()),
    'urn:tinycloud:encryption:default',
    '',
  ];
  for (const text of texts)
    t.is(
      codeOf(() => parseNetworkId(text)),
      'ERR_NETWORK_ID_INVALID',
      text,
    );
});

test('every network id round-trips, and no other text parses to it', (t) => {
  fc.assert(fc.property(network, (x) => t.deepEqual(parseNetworkId(encodeNetworkId(x)), x)));
  const damage = damaged(network, encodeNetworkId);
  fc.assert(fc.property(damage, ([x, text]) => readsOtherwise(parseNetworkId, text, x)));
});
