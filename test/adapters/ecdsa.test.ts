import { randomBytes } from 'node:crypto';
import { test } from '../test.js';
import { SigningKey } from 'ethers';
import { createEthersEcdsa } from '../../src/adapters/ethers-ecdsa.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';

const CURVE_ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

test('both adapters return the same keys and the same signatures', (t) => {
  const [native, reference] = [createSecp256k1Ecdsa(), createEthersEcdsa()];
  for (let round = 0; round < 50; round += 1) {
    const [key, digest] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
    t.deepEqual(native.publicKeyOf(key), reference.publicKeyOf(key));
    const signature = native.sign(digest, key);
    t.deepEqual(signature, reference.sign(digest, key));
    const recovered = SigningKey.recoverPublicKey(
      digest,
      `0x${Buffer.from(signature).toString('hex')}`,
    );
    t.is(recovered, `0x${Buffer.from(native.publicKeyOf(key) ?? []).toString('hex')}`);
  }
});

test('both adapters recover the signing key, and none from an impossible signature', (t) => {
  // No point of the curve has x = 5: 5 cubed plus 7 has no square root in the field.
  const nobody = new Uint8Array(64).fill(0);
  nobody[31] = 5;
  nobody[63] = 1;
  for (const ecdsa of [createSecp256k1Ecdsa(), createEthersEcdsa()]) {
    for (let round = 0; round < 20; round += 1) {
      const [key, digest] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
      const signature = ecdsa.sign(digest, key);
      const recoveryId = signature[64] === 28 ? 1 : 0;
      const recovered = ecdsa.recover(digest, signature.slice(0, 64), recoveryId);
      t.deepEqual(recovered, ecdsa.publicKeyOf(key));
    }
    t.is(ecdsa.recover(new Uint8Array(32).fill(7), nobody, 0), undefined);
  }
});

test('a private key outside the range of the curve has no public key', (t) => {
  for (const ecdsa of [createSecp256k1Ecdsa(), createEthersEcdsa()]) {
    t.is(ecdsa.publicKeyOf(new Uint8Array(32)), undefined);
    t.is(ecdsa.publicKeyOf(new Uint8Array(Buffer.from(CURVE_ORDER, 'hex'))), undefined);
  }
});
