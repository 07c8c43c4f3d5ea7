import { test } from '../test.js';
import * as fc from 'fast-check';
import { parseAddress } from '../../src/protocol/address.js';
import {
  encodeKeyDid,
  encodeWalletDid,
  parseChainId,
  parseKeyDid,
  parseVerificationMethod,
  parseWalletDid,
  verificationMethodOf,
} from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';
import { bytesOf, damaged, keyDid, walletDid } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const ADDRESS = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

// Ed25519 vectors of the did:key method, for seeds whose last byte is 0, 1 and 2.
const KEY_DIDS = [
  'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
  'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG',
  'did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf',
];

test('the example DIDs of the did:key method are written and read', (t) => {
  for (const [last, did] of KEY_DIDS.entries()) {
    const { publicKey } = ed25519KeyOf(new Uint8Array(32).fill(last, 31));
    t.is(encodeKeyDid(publicKey), did);
    t.deepEqual(parseKeyDid(did), publicKey);
  }
});

test('a wallet DID contains the chain and the checksummed address', (t) => {
  const did = { chainId: 10, address: parseAddress(ADDRESS) };
  t.is(encodeWalletDid(did), `did:pkh:eip155:10:${ADDRESS}`);
  t.deepEqual(parseWalletDid(`did:pkh:eip155:10:${ADDRESS}`), did);
});

test('a wallet DID in any other form is rejected with its own code', (t) => {
  const texts = [
    `did:pkh:eip155:1:${ADDRESS.toLowerCase()}`,
    `did:pkh:eip155:01:${ADDRESS}`,
    `did:pkh:eip155:0:${ADDRESS}`,
    `did:pkh:eip155:-1:${ADDRESS}`,
    `did:pkh:eip155:1e3:${ADDRESS}`,
    `did:pkh:eip155:9007199254740992:${ADDRESS}`,
    `did:pkh:eip155::${ADDRESS}`,
    `did:pkh:solana:1:${ADDRESS}`,
    `DID:pkh:eip155:1:${ADDRESS}`,
    `did:pkh:eip155:1:${ADDRESS}#x`,
    `did:pkh:eip155:1:${ADDRESS}\n`,
    ` did:pkh:eip155:1:${ADDRESS}`,
    '',
  ];
  for (const text of texts)
    t.is(
      codeOf(() => parseWalletDid(text)),
      'ERR_DID_INVALID',
      text,
    );
});

test('a chain id is a decimal that a double holds exactly', (t) => {
  t.is(parseChainId('9007199254740991'), Number.MAX_SAFE_INTEGER);
  for (const text of ['', '0', '01', '1.0', '+1', '1e3', '0x1', ' 1', '1\n', '9007199254740992']) {
    t.is(parseChainId(text), undefined, text);
  }
  const address = parseAddress(ADDRESS);
  for (const chainId of [0, 1.5, -1, 1e21, Number.NaN]) {
    t.throws(() => encodeWalletDid({ chainId, address }), { instanceOf: TypeError });
  }
});

test('a key DID of another key type, with a fragment or damaged, is rejected', (t) => {
  const [did = ''] = KEY_DIDS;
  const texts = [
    'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
    verificationMethodOf(did),
    did.replace('did:key:z', 'did:key:u'),
    did.replace('z6Mk', 'z16Mk'),
    did.slice(0, -1),
    `${did}1`,
    did.replace('T', '0'),
    '',
  ];
  for (const text of texts)
    t.is(
      codeOf(() => parseKeyDid(text)),
      'ERR_DID_INVALID',
      text,
    );
});

test('a verification method repeats the key of its DID', (t) => {
  const [did = '', other = ''] = KEY_DIDS;
  const key = did.slice('did:key:'.length);
  t.is(verificationMethodOf(did), `${did}#${key}`);
  t.is(parseVerificationMethod(`${did}#${key}`), did);
  const wrong = [
    did,
    `${did}#`,
    `${did}#${other.slice(8)}`,
    `${did}#${key}#`,
    `${did}#${key}x`,
    '#',
  ];
  for (const text of wrong)
    t.is(
      codeOf(() => parseVerificationMethod(text)),
      'ERR_DID_INVALID',
      text,
    );
});

test('every DID round-trips, and no other text parses to it', (t) => {
  fc.assert(fc.property(walletDid, (x) => t.deepEqual(parseWalletDid(encodeWalletDid(x)), x)));
  fc.assert(fc.property(bytesOf(32), (x) => t.deepEqual(parseKeyDid(encodeKeyDid(x)), x)));
  fc.assert(
    fc.property(damaged(walletDid, encodeWalletDid), ([x, text]) =>
      readsOtherwise(parseWalletDid, text, x),
    ),
  );
  fc.assert(
    fc.property(damaged(bytesOf(32), encodeKeyDid), ([x, text]) =>
      readsOtherwise(parseKeyDid, text, x),
    ),
  );
  fc.assert(
    fc.property(damaged(keyDid, verificationMethodOf), ([x, text]) =>
      readsOtherwise(parseVerificationMethod, text, x),
    ),
  );
  t.throws(() => encodeKeyDid(new Uint8Array(33)), { instanceOf: TypeError });
});
