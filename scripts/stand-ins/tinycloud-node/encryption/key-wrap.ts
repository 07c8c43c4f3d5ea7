import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { Refusal } from '../refusal.js';

/**
 * A key wrapped for an X25519 public key: ephemeral public key (32) ‖ 0x01 ‖ nonce (12) ‖
 * AES-256-GCM of the key with its tag (16). The cipher key is the shared secret itself.
 */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex');
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex');

export type WrapKeyPair = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };

export function generateWrapKeyPair(): WrapKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: tail(publicKey.export({ format: 'der', type: 'spki' })),
    privateKey: tail(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

export function wrapKey(receiver: Uint8Array, key: Uint8Array): Uint8Array {
  if (receiver.length !== 32) throw backendError('invalid public key length');
  const ephemeral = generateWrapKeyPair();
  const secret = sharedSecret(ephemeral.privateKey, receiver);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  const sealed = [cipher.update(key), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([ephemeral.publicKey, Buffer.of(VERSION), nonce, ...sealed]);
}

export function unwrapKey(privateKey: Uint8Array, wrapped: Uint8Array): Uint8Array {
  if (wrapped.length < 32) throw backendError('invalid wrapped key envelope');
  const body = wrapped.slice(32);
  if (body[0] !== VERSION || body.length < 1 + NONCE_BYTES + TAG_BYTES) {
    throw backendError('Decryption failed');
  }
  const secret = sharedSecret(privateKey, wrapped.slice(0, 32));
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, body.slice(1, 1 + NONCE_BYTES));
    decipher.setAuthTag(body.slice(-TAG_BYTES));
    const sealed = body.slice(1 + NONCE_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    throw backendError('Decryption failed');
  }
}

function tail(der: Buffer): Uint8Array {
  return new Uint8Array(der.subarray(-32));
}

function sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  try {
    return diffieHellman({
      privateKey: privateKeyObject(privateKey),
      publicKey: createPublicKey({
        key: Buffer.concat([PUBLIC_DER, publicKey]),
        format: 'der',
        type: 'spki',
      }),
    });
  } catch {
    throw backendError('invalid public key length');
  }
}

function privateKeyObject(privateKey: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PRIVATE_DER, privateKey]),
    format: 'der',
    type: 'pkcs8',
  });
}

function backendError(problem: string): Refusal {
  return new Refusal(500, `key backend error: ${problem}`);
}
