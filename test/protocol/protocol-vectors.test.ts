import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { secp256k1 } from '@noble/curves/secp256k1';
import { decodeDelegation, encodeDelegation } from '../../src/protocol/cacao.js';
import { encodeKeyDid, verificationMethodOf } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import {
  createRecap,
  encodeRecapUrn,
  parseRecapRequest,
  withRecap,
} from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { encodeInvocation, verifyInvocation } from '../../src/protocol/ucan.js';
import { parseAddress } from '../../src/protocol/address.js';

type Delegation = { siwe: string; sig: string; header: string; cid: string };
type Vectors = {
  session: Delegation & { recap: string };
  host: Delegation;
  inv: { pl: Record<string, unknown>; jw: string };
  vm: string;
  did: string;
  peer: string;
};

const file = new URL('../../../test/vectors/tinycloud/protocol-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const WALLET_1 = new Uint8Array(32).fill(0, 0, 31).fill(1, 31);
const SESSION_2 = ed25519KeyOf(new Uint8Array(32).fill(2));
const address = parseAddress('0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf');
const base: Omit<SiweMessage, 'uri' | 'nonce'> = {
  domain: 'cli.tinycloud.xyz',
  address,
  chainId: 1,
  issuedAt: '2026-01-01T00:00:00.000Z',
};

function signed(siwe: string): Uint8Array {
  const signature = secp256k1.sign(personalMessageDigest(utf8(siwe)), WALLET_1);
  return Uint8Array.of(...signature.toCompactRawBytes(), 27 + signature.recovery);
}

test('the session delegation of the reference is reproduced byte for byte', (t) => {
  t.is(verificationMethodOf(encodeKeyDid(SESSION_2.publicKey)), vectors.vm);
  const { att } = JSON.parse(vectors.session.recap) as { att: Record<string, object> };
  const shuffled = Object.entries(att).toReversed();
  const recap = createRecap(
    shuffled.map(([uri, abilities]) => [uri, Object.keys(abilities).toReversed()]),
  );
  const message = withRecap(
    {
      ...base,
      uri: vectors.vm,
      nonce: 'AbCdEfGh123456789',
      expirationTime: '2026-01-01T01:00:00.000Z',
    },
    recap,
  );
  const text = encodeSiweMessage(message);
  t.is(text, vectors.session.siwe);
  t.is(encodeRecapUrn(recap), message.resources?.at(-1) ?? '');
  const signature = signed(text);
  t.is(hex(signature), vectors.session.sig);
  const { header, cid } = encodeDelegation({ message, signature });
  t.is(header, vectors.session.header);
  t.is(cid, vectors.session.cid);
});

test('the host delegation of the reference is reproduced byte for byte', (t) => {
  const space = `tinycloud:pkh:eip155:1:${address}:account`;
  const recap = createRecap([[`${space}/space`, ['tinycloud.space/host']]]);
  const message = withRecap({ ...base, uri: vectors.peer, nonce: 'HostNonce12345678' }, recap);
  const text = encodeSiweMessage(message);
  t.is(text, vectors.host.siwe);
  const { header, cid } = encodeDelegation({ message, signature: signed(text) });
  t.deepEqual({ header, cid }, { header: vectors.host.header, cid: vectors.host.cid });
});

test('the invocation of the reference is reproduced byte for byte', (t) => {
  const { invocation, issuer } = verifyInvocation(vectors.inv.jw);
  t.is(issuer, vectors.did);
  t.is(encodeInvocation(invocation, SESSION_2).token, vectors.inv.jw);
});

test('decoding the delegations of the reference returns the encoded requests', (t) => {
  for (const { siwe, header } of [vectors.session, vectors.host]) {
    const { message } = decodeDelegation(header);
    t.deepEqual(parseRecapRequest(siwe).message, message);
    t.is(encodeSiweMessage(message), siwe);
  }
});
