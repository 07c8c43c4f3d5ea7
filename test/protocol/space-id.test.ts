import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import { encodeSpaceId, parseSpaceId } from '../../src/protocol/space-id.js';
import { damaged, space } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const ACCOUNT = `tinycloud:pkh:eip155:1:${ADDRESS}:account`;
const owner = { chainId: 1, address: parseAddress(ADDRESS) };

test('the account space of a wallet is written and read', (t) => {
  t.is(encodeSpaceId({ owner, name: 'account' }), ACCOUNT);
  t.deepEqual(parseSpaceId(ACCOUNT), { owner, name: 'account' });
});

test('a name with characters that are not unreserved is rejected in writing and reading', (t) => {
  for (const name of ['', 'a/b', 'a:b', 'a b', 'a%20b', 'é', 'a?', 'a#', 'a'.repeat(129), 'a\n']) {
    t.is(
      codeOf(() => encodeSpaceId({ owner, name })),
      'ERR_SPACE_ID_INVALID',
      name,
    );
    const text = ACCOUNT.replace('account', name);
    t.is(
      codeOf(() => parseSpaceId(text)),
      'ERR_SPACE_ID_INVALID',
      name,
    );
  }
});

test('an owner that is not a wallet, or not in canonical form, is rejected', (t) => {
  const texts = [
    ACCOUNT.toLowerCase(),
    ACCOUNT.replace(':1:', ':01:'),
    ACCOUNT.replace('tinycloud:', 'TinyCloud:'),
    ACCOUNT.replace('tinycloud:', 'tinycloud:did:'),
    'tinycloud:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp:mine',
    'tinycloud:account',
    'tinycloud:',
    '',
  ];
  for (const text of texts)
    t.is(
      codeOf(() => parseSpaceId(text)),
      'ERR_SPACE_ID_INVALID',
      text,
    );
});

test('every space id round-trips, and no other text parses to it', (t) => {
  fc.assert(fc.property(space, (x) => t.deepEqual(parseSpaceId(encodeSpaceId(x)), x)));
  const damage = damaged(space, encodeSpaceId);
  fc.assert(fc.property(damage, ([x, text]) => readsOtherwise(parseSpaceId, text, x)));
});
