/**
 * Every signed request of the recordings, made again from its parts with the known keys and compared byte for byte. What
 * the strict reader refuses is listed: deliberate malformations, and spellings that the node tolerates and nobody needs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { secp256k1 } from '@noble/curves/secp256k1';
import { ServiceError } from '../../src/errors.js';
import { addressOfPublicKey } from '../../src/protocol/address.js';
import { hex, utf8 } from '../../src/protocol/bytes.js';
import { decodeDelegation, encodeDelegation } from '../../src/protocol/cacao.js';
import { encodeKeyDid } from '../../src/protocol/did.js';
import { ed25519KeyOf } from '../../src/protocol/ed25519.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import { verifyRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage } from '../../src/protocol/siwe-message.js';
import { encodeInvocation, verifyInvocation } from '../../src/protocol/ucan.js';

type Exchange = {
  readonly name: string;
  readonly request: { readonly headers: Readonly<Record<string, string>> };
};

const folder = new URL('../../../test/vectors/tinycloud/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

/** Wallet n is the key with the value n, session key n the seed of 32 bytes n. */
const NUMBERS = Array.from({ length: 255 }, (_, at) => at + 1);
const walletKey = (n: number): Uint8Array => new Uint8Array(32).fill(n, 31);
const wallets = new Map(
  NUMBERS.map((n) => [
    addressOfPublicKey(secp256k1.getPublicKey(walletKey(n), false)),
    walletKey(n),
  ]),
);
const sessions = new Map(
  NUMBERS.map((n) => {
    const key = ed25519KeyOf(new Uint8Array(32).fill(n));
    return [encodeKeyDid(key.publicKey), key];
  }),
);

type Remade = { readonly header: string; readonly ownSignature: boolean };

/** The header again from its parts, and whether its signature is the one that the named wallet makes. */
function remakeDelegation(header: string): Remade {
  const { message, signature } = decodeDelegation(header);
  if (message.resources !== undefined) verifyRecap(message);
  const key = wallets.get(message.address) ?? walletKey(1);
  const signed = secp256k1.sign(personalMessageDigest(utf8(encodeSiweMessage(message))), key);
  const own = Uint8Array.of(...signed.toCompactRawBytes(), 27 + signed.recovery);
  return {
    header: encodeDelegation({ message, signature }).header,
    ownSignature: hex(own) === hex(signature),
  };
}

function remakeInvocation(token: string): Remade {
  const { invocation, issuer } = verifyInvocation(token);
  const key = sessions.get(issuer);
  if (key === undefined) throw new Error(`no key for ${issuer}`);
  return { header: encodeInvocation(invocation, key).token, ownSignature: true };
}

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'authorization-negatives.jsonl': [
    'issuer-without-fragment ERR_UCAN_INVALID',
    'signed-by-another-key ERR_UCAN_INVALID',
  ],
  'decoding-negatives.jsonl': [
    'cacao-signature-64-bytes ERR_CACAO_INVALID',
    'cbor-key-order-is-free ERR_CACAO_INVALID',
    'cbor-trailing-byte ERR_CACAO_INVALID',
    'header-bearer ERR_CACAO_INVALID',
    'header-unpadded ERR_CACAO_INVALID',
    'jwt-bearer ERR_UCAN_INVALID',
    'jwt-garbage ERR_UCAN_INVALID',
    'jwt-no-typ ERR_UCAN_INVALID',
    'jwt-other-ucv ERR_UCAN_INVALID',
    'jwt-without-jwk ERR_UCAN_INVALID',
    'payload-no-aud ERR_UCAN_INVALID',
    'payload-no-exp ERR_UCAN_INVALID',
    'payload-with-whitespace ERR_UCAN_INVALID',
    'recap-caveat ERR_RECAP_INVALID',
    'recap-illegal-uri ERR_RECAP_INVALID',
    'recap-not-base64 ERR_RECAP_INVALID',
    'siwe-uri ERR_CACAO_INVALID',
    'statement-differs ERR_RECAP_STATEMENT',
    'statement-missing ERR_RECAP_STATEMENT',
  ],
  'sessions.jsonl': [
    'any-domain-short-nonce-scheme ERR_CACAO_INVALID',
    'recap-not-last ERR_RECAP_INVALID',
  ],
};

/** Exchanges whose signature is deliberately not what the named wallet makes. */
const OTHER_SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'authorization-negatives.jsonl': ['siwe-wrong-signer'],
  'decoding-negatives.jsonl': ['cacao-signature-zero'],
};

for (const file of files) {
  test(`every signed request of ${file} comes out byte for byte`, (t) => {
    const rows = readFileSync(new URL(file, folder), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Exchange);
    const refused: string[] = [];
    const otherSignatures: string[] = [];
    for (const { name, request } of rows) {
      const header = request.headers['authorization'];
      if (header === undefined) continue;
      try {
        const again = header.includes('.') ? remakeInvocation(header) : remakeDelegation(header);
        t.is(again.header, header, name);
        if (!again.ownSignature) otherSignatures.push(name);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        refused.push(`${name} ${error.code}`);
      }
    }
    t.deepEqual(refused.toSorted(), [...(REFUSED[file] ?? [])]);
    t.deepEqual(otherSignatures.toSorted(), [...(OTHER_SIGNATURES[file] ?? [])]);
  });
}
