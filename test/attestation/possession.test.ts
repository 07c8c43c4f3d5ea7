/** Tests proof of possession: by the key, over the message, in its only encoding. */
import { createHash } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1';
import { test } from '../test.js';
import { isPossessionProof } from '../../attestation/evidence/signature-chain.js';
import { possessionDigestOf, possessionMessageOf } from '../../attestation/schema/statement.js';

const key = new Uint8Array(32).fill(5);
const publicKey = secp256k1.getPublicKey(key, true);
const reportData = new Uint8Array(64).fill(9);
const message = possessionMessageOf(reportData);
const signature = secp256k1.sign(possessionDigestOf(reportData), key).toCompactRawBytes();

test('a hundred keys prove possession', (t) => {
  for (let at = 1; at <= 100; at += 1) {
    const each = new Uint8Array(createHash('sha256').update(String(at)).digest());
    const proof = secp256k1.sign(possessionDigestOf(reportData), each).toCompactRawBytes();
    t.true(isPossessionProof(secp256k1.getPublicKey(each, true), message, proof), String(at));
  }
});

test('a signature with a high s is refused', (t) => {
  const { r, s } = secp256k1.Signature.fromCompact(signature);
  const high = new secp256k1.Signature(r, secp256k1.CURVE.n - s).toCompactRawBytes();
  t.true(isPossessionProof(publicKey, message, signature));
  t.false(isPossessionProof(publicKey, message, high));
});

test('another key or message, a changed or truncated signature and a point off the curve are refused', (t) => {
  const other = secp256k1.getPublicKey(new Uint8Array(32).fill(6), true);
  t.false(isPossessionProof(other, message, signature));
  t.false(isPossessionProof(publicKey, possessionMessageOf(new Uint8Array(64)), signature));
  for (const bad of [new Uint8Array(64), signature.slice(1), Uint8Array.of(...signature, 0)]) {
    t.false(isPossessionProof(publicKey, message, bad));
  }
  for (let at = 0; at < signature.length; at += 1) {
    const changed = signature.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    t.false(isPossessionProof(publicKey, message, changed), String(at));
  }
  for (const point of [new Uint8Array(33), new Uint8Array(33).fill(0xff), new Uint8Array()]) {
    t.false(isPossessionProof(point, message, signature));
  }
});
